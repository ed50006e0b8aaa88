import { describe, expect, test } from "vitest";
import type { Access } from "../../../src/plan/toolchain.ts";
import { typescript } from "../../../src/render/readers/typescript.ts";

const access: Access = {
  home: "src/auth/access.ts",
  grants: ["authorizeCaller"],
  allows: ["signed-in"],
  authenticates: ["identifyCaller"],
  declares: "access",
  opens: ["public"],
  published: "PUBLIC",
};

const HOME = `export const identifyCaller = async (request) => {};
export const authorizeCaller = async (request) => {};
`;
const API = `import { authorizeCaller, identifyCaller } from "./auth/access.ts";
import { things } from "./things/routes.ts";

const PREFIX = "/api";

export const includeRoutes = (app: App): void => {
  app.register(
    async (open: App) => {
      await open.register(news);
    },
    { prefix: PREFIX },
  );
  app.register(
    async (closed: App) => {
      closed.addHook("onRequest", identifyCaller);
      closed.addHook("onRequest", authorizeCaller);
      await closed.register(things, { prefix: "/v1" });
    },
    { prefix: PREFIX },
  );
};

const news = async (app: App) => {
  app.get("/news", { config: { access: "public" } }, async () => []);
};
`;
const MAIN = `import Fastify from "fastify";
import { includeRoutes } from "./api.ts";
const app = Fastify();
includeRoutes(app);
`;

const routesIn = (files: Readonly<Record<string, string>>) =>
  typescript.routes(
    new Map(
      Object.entries({
        "src/auth/access.ts": HOME,
        "src/api.ts": API,
        "src/main.ts": MAIN,
        ...files,
      }),
    ),
    access,
  );

/** Routes of a module that is registered where callers are asked who they are. */
const inside = (body: string, before = "", more = {}) =>
  routesIn({
    "src/things/routes.ts": `${before}
export const things: Routes = async (app) => {
${body}
};
`,
    ...more,
  }).filter(({ path }) => path === "src/things/routes.ts");

const told = (routes: ReturnType<typeof routesIn>) =>
  routes.map(({ method, route, grants }) => `${method} ${route} ${grants ? "granted" : "open"}`);

describe("a route that names its permission", () => {
  test.each<[string, string, string?]>([
    ["in short", 'app.get("/x", { config: { access: "x:read" } }, async () => 1);'],
    [
      "over many lines, with comments",
      'app\n  .get(\n    // the path\n    "/x",\n    {\n      schema: { tags: ["a", "b"] }, /* , { */\n      config: {\n        // access: "public"\n        access: "x:read",\n      },\n    },\n    async (request) => {\n      return 1;\n    },\n  );',
    ],
    [
      "in full",
      'app.route({ method: "GET", url: "/x", config: { access: "x:read" }, handler: async () => 1 });',
    ],
    [
      "with its handler among the options",
      'app.get("/x", { config: { access: "x:read" }, handler: read });',
    ],
    [
      "with its types",
      'app.get<{ Params: { id: string } }>("/x", { config: { access: "x:read" } }, async () => 1);',
    ],
    [
      "and a handler that is made elsewhere",
      'app.get("/x", { config: { access: "x:read" } }, read);',
      "const read = async () => 1;",
    ],
    [
      "by a requirement of its own",
      'app.get("/x", { config: { access: MAY } }, async () => 1);',
      'const MAY: Requirement = { permission: "x:read", check };',
    ],
    [
      "in options that have a name",
      "app.get(PATH, OPTIONS, async () => 1);",
      'const PATH = "/x";\nconst shared = { access: "x:read" } as const;\nconst OPTIONS = { config: shared };',
    ],
    [
      "in options that are spread",
      'app.get("/x", { ...reading, schema: {} }, async () => 1);',
      'const reading = { config: { access: "x:read" } };',
    ],
    [
      "in options that a function makes",
      'app.get("/x", asks("x:read"), async () => 1);',
      "const asks = (access: Access) => ({ config: { access } });",
    ],
    ["behind another one", 'app.get("/x", { config: { access: "x:read" } }, async () => 1)'],
    [
      "on the instance under another name",
      'const server = app.withTypeProvider();\nserver.get("/x", { config: { access: "x:read" } }, async () => 1);',
    ],
    [
      "as one for all who are signed in",
      'app.get("/x", { config: { access: "signed-in" } }, async () => 1);',
    ],
  ])("%s", (_, body, before) => {
    expect(told(inside(body, before))).toEqual(["GET /api/v1/x granted"]);
  });

  test("in a chain of routes", () => {
    const body =
      'app\n  .get("/x", { config: { access: "x:read" } }, async () => f(1))\n  .post("/x", async () => 1);';
    expect(told(inside(body))).toEqual(["GET /api/v1/x granted", "POST /api/v1/x open"]);
  });

  test("in a part that is registered in its own function", () => {
    const body =
      'app.register(async (part) => {\n  part.get("/x", { config: { access: "x:read" } }, async () => 1);\n}, { prefix: "/part" });';
    expect(told(inside(body))).toEqual(["GET /api/v1/part/x granted"]);
  });
});

describe("a route that names none", () => {
  test.each<[string, string, string?]>([
    ["has no options", 'app.get("/x", async () => 1);'],
    ["has others", 'app.get("/x", { schema: { response: {} } }, async () => 1);'],
    ["has an empty config", 'app.get("/x", { config: { errors: [NotFound] } }, async () => 1);'],
    [
      "has one of that name in its schema",
      'app.get("/x", { schema: { access: "x:read" } }, async () => 1);',
    ],
    [
      "has one in a comment",
      'app.get("/x", { config: {} /* { access: "x:read" } */ }, async () => 1);',
    ],
    [
      "has one in a text",
      "app.get('/x', { schema: { summary: 'config: { access: \"x:read\" }' } }, async () => 1);",
    ],
    ["has one in its handler", 'app.get("/x", async () => ({ config: { access: "x:read" } }));'],
    ["is for everybody", 'app.get("/x", { config: { access: "public" } }, async () => 1);'],
    [
      "is for everybody in some settings",
      'app.get("/x", { config: { access: isOpen ? "public" : "x:read" } }, async () => 1);',
    ],
    [
      "is for everybody by name",
      'app.get("/x", { config: { access: ANYBODY } }, async () => 1);',
      'const ANYBODY = "public";',
    ],
    [
      "is written in full",
      'app.route({\n  method: ["GET"],\n  url: "/x",\n  handler: async () => 1,\n});',
    ],
    ["has its path in a template", "app.get(`/x`, async () => 1);"],
  ])("%s", (_, body, before) => {
    expect(told(inside(body, before))).toEqual(["GET /api/v1/x open"]);
  });

  test("is told with its file and line", () => {
    const [route] = inside(
      '  // app.get("/old", handler)\n  app.put(\n    "/x",\n    async () => 1,\n  );',
    );
    expect(route).toMatchObject({ path: "src/things/routes.ts", at: 4, authenticates: true });
  });

  test("is public where the tests say so", () => {
    const routes = routesIn({
      "tests/support/sign-in.ts":
        'export const PUBLIC_ROUTES: ReadonlySet<string> = new Set(["GET /api/news"]);',
    });
    expect(routes.map(({ route, published }) => [route, published])).toEqual([["/api/news", true]]);
  });
});

test.each<[string, string]>([
  ["a map", 'const limit = options.get("/x");'],
  ["a client", 'await client.post("/x", { body });'],
  ["a client with a body", 'await client.put("/x", body);'],
  ["a store", "store.delete(key, async () => 1);"],
  ["a text", "log.info('app.get(\"/x\", async () => 1)');"],
  ["a template", 'const code = `app.get("/x", async () => 1)`;'],
  ["a comment", '/* app.get("/x", async () => 1) */ // app.post("/y", read)'],
  ["a pattern", 'const found = /app.get("\\/x", async () => 1)/.test(text);'],
])("%s is no route", (_, body) => {
  expect(told(inside(body))).toEqual([]);
});

const ROUTE = 'app.get("/x", { config: { access: "x:read" } }, async () => 1);';
const placed = (api: (text: string) => string, more = {}) => {
  expect(api(API)).not.toBe(API);
  return told(inside(ROUTE, "", { "src/api.ts": api(API), ...more }));
};

describe("what a route names counts only where it is demanded", () => {
  test.each<[string, string, string, string]>([
    ["nobody is asked", "identifyCaller);", "later);", "GET /api/v1/x open"],
    ["nothing is demanded", "authorizeCaller);", "later);", "GET /api/v1/x open"],
    [
      "it is registered outside",
      "  app.register(\n    async (closed",
      '  app.register(things, { prefix: "/x" });\n  app.register(\n    async (closed',
      "GET /x/x open",
    ],
    [
      "a hook of the same name is another one",
      'import { authorizeCaller, identifyCaller } from "./auth/access.ts";',
      'import { authorizeCaller } from "./auth/access.ts";\nconst identifyCaller = async () => {};',
      "GET /api/v1/x open",
    ],
  ])("%s", (_, text, instead, route) => {
    expect(placed((api) => api.replace(text, instead))).toContain(route);
  });

  test.each<[string, (text: string) => string]>([
    [
      "the hooks are added in a loop",
      (api) =>
        api.replace(
          /closed\.addHook[\s\S]*authorizeCaller\);/,
          'for (const hook of [identifyCaller, authorizeCaller]) closed.addHook("onRequest", hook);',
        ),
    ],
    [
      "the routes are registered in a loop",
      (api) =>
        api.replace(
          'await closed.register(things, { prefix: "/v1" });',
          'for (const routes of [things]) await closed.register(routes, { prefix: "/v1" });',
        ),
    ],
    [
      "the hooks have other names",
      (api) =>
        api
          .replace("{ authorizeCaller,", "{ authorizeCaller as permit,")
          .replace("authorizeCaller);", "permit);"),
    ],
    [
      "one hook calls both",
      (api) =>
        api
          .replace('closed.addHook("onRequest", identifyCaller);', "")
          .replace("authorizeCaller);", "both);")
          .replace(
            "const PREFIX",
            "const both = async (request) => {\n  await identifyCaller(request);\n  await authorizeCaller(request);\n};\nconst PREFIX",
          ),
    ],
  ])("it does where %s", (_, api) => {
    expect(placed(api)).toEqual(["GET /api/v1/x granted"]);
  });
});

test("a route that is nowhere registered is none", () => {
  const api = (text: string) =>
    text.replace('await closed.register(things, { prefix: "/v1" });', "");
  expect(placed(api)).toEqual([]);
});

test("a route has its own hooks", () => {
  const body =
    'app.get("/x", { onRequest: [identifyCaller, authorizeCaller], config: { access: "x:read" } }, async () => 1);';
  const before = 'import { authorizeCaller, identifyCaller } from "../auth/access.ts";';
  const api = API.replace(/closed\.addHook.*\n/g, "");
  expect(told(inside(body, before, { "src/api.ts": api }))).toEqual(["GET /api/v1/x granted"]);
});
