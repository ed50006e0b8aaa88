import assert from "node:assert/strict";
import { test } from "node:test";
import type { RouteOptions } from "fastify";
import { mustBePrivate, mustBePublic } from "../src/api.ts";
import { newId } from "../src/ids.ts";
import { type App, made } from "../src/routing.ts";
import type { Client } from "./support/client.ts";
import { problemOf } from "./support/problems.ts";
import { type Scope, startService, type Variables } from "./support/service.ts";
import { PUBLIC_ROUTES } from "./support/sign-in.ts";
import { signUp } from "./support/sign-up.ts";

const PUBLIC = new Set([...PUBLIC_ROUTES, "GET /health/live", "GET /health/ready"]);
const DOCS = ["/docs", "/docs.js", "/redoc", "/openapi.json"];
const ASSETS = ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"];

/** Starts a service, and returns its routes beside it. */
const withRoutes = async (t: Scope, settings: Variables = {}) => {
  const service = await startService(t, settings);
  const routes = service.app.routeTable.all.filter(({ method }) => method !== "HEAD");
  return { ...service, routes };
};

const nameOf = ({ method, url }: RouteOptions): string =>
  `${method} ${url.replace(/:(\w+)/g, "{$1}")}`;
const urlOf = ({ url }: RouteOptions): string => url.replace(/:\w+/g, newId());
const isPrivate = (route: RouteOptions): boolean =>
  route.config?.access !== undefined && route.config.access !== "public";
const call = (client: Client, route: RouteOptions, options = {}) =>
  client.request(route.method as "GET", urlOf(route), options);

test("only these routes are public", async (t) => {
  const publicOf = async (settings: Variables) => {
    const { routes } = await withRoutes(t, settings);
    return new Set(routes.filter((route) => !isPrivate(route)).map(nameOf));
  };
  assert.deepEqual(await publicOf({}), PUBLIC);
  const documented = [...DOCS, ...ASSETS.map((name) => `/docs-assets/${name}`)];
  const docs = documented.map((path) => `GET ${path}`);
  assert.deepEqual(await publicOf({ DOCS_ENABLED: "true" }), new Set([...docs, ...PUBLIC]));
  const contact = await publicOf({ SECURITY_CONTACT: "a@example.com" });
  assert.deepEqual(contact, new Set([...PUBLIC, "GET /.well-known/security.txt"]));
});

test("every private route answers 401 to anonymous callers", async (t) => {
  const { client, routes } = await withRoutes(t);
  const closed = routes.filter(isPrivate);
  assert.ok(closed.length >= 9);
  for (const route of closed) {
    const answer = await call(client, route);
    problemOf(answer, 401);
    assert.ok(answer.headers["www-authenticate"], nameOf(route));
  }
});

test("a route that says nothing of its access, or lies in the wrong scope, ends the start", () => {
  const route = (access?: "public" | "signed-in"): RouteOptions =>
    ({ url: "/x", method: "GET", config: access === undefined ? {} : { access } }) as RouteOptions;
  assert.throws(() => mustBePrivate(route()), /does not say/);
  assert.throws(() => mustBePrivate(route("public")), /does not say/);
  assert.throws(() => mustBePublic(route("signed-in")), /not marked as public/);
  assert.throws(() => mustBePublic(route()), /not marked as public/);
  mustBePrivate(route("signed-in"));
  mustBePublic(route("public"));
});

test("what no route says is not found", async (t) => {
  const { client } = await startService(t);
  const paths = [
    "/",
    "/api",
    "/api/v1",
    "/api/v2/users",
    "/api/v1/users/",
    "/api/v1/users//sessions",
    "/api/v1/users/me/",
    "/API/v1/users/me",
    "//api/v1/users/me",
    "/admin",
    "/.env",
    "/docs",
    "/openapi.json",
    "/api/v1/users/..%2fme",
  ];
  for (const path of paths) {
    const { statusCode } = await client.get(path);
    assert.ok(statusCode === 404 || statusCode === 401, `${path}: ${statusCode}`);
  }
  for (const path of paths.slice(0, -1)) problemOf(await client.get(path), 404);
});

test("whatever answers get answers head", async (t) => {
  const service = await withRoutes(t);
  const { client } = await signUp(service, "admin");
  const gets = service.routes.filter(({ method }) => method === "GET");
  assert.ok(gets.length >= 6);
  for (const route of gets) {
    for (const caller of [service.client, client]) {
      const get = await caller.get(urlOf(route));
      const head = await caller.request("HEAD", urlOf(route));
      assert.equal(head.statusCode, get.statusCode, nameOf(route));
      assert.equal(head.body, "");
      assert.equal(head.headers["content-type"], get.headers["content-type"]);
    }
  }
});

test("every response has a schema for its status, so that nothing else leaves", async (t) => {
  const { routes } = await withRoutes(t);
  for (const route of routes.filter(({ config }) => config?.access !== undefined)) {
    const statuses = Object.keys(route.schema?.response ?? {}).map(Number);
    assert.ok(
      statuses.some((status) => status < 300),
      nameOf(route),
    );
    for (const schema of Object.values(route.schema?.response ?? {})) {
      const { type, properties, content } = schema as Record<string, unknown>;
      assert.ok(
        type === "null" || properties !== undefined || content !== undefined,
        nameOf(route),
      );
    }
  }
});

test("what is made says where it is", async (t) => {
  const id = newId();
  const routes = (app: App): void => {
    app.post("/api/v1/things", async (_request, reply) => {
      made(reply, id);
      return {};
    });
  };
  const { client } = await startService(t, { ROOT_PATH: "/prefix" }, { routes });
  const answer = await client.post("/api/v1/things");
  assert.equal(answer.statusCode, 201);
  assert.equal(answer.headers["location"], `/prefix/api/v1/things/${id}`);
});
