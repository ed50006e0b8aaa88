import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOf } from "./support/problems.ts";
import { startService } from "./support/service.ts";

const ASSETS = ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"];
const FILES = ["/docs.js", "/openapi.json", ...ASSETS.map((name) => `/docs-assets/${name}`)];

test("they are absent when they are off", async (t) => {
  const { client } = await startService(t);
  for (const path of ["/docs", "/redoc", ...FILES]) problemOf(await client.get(path), 404);
});

test("pages and assets are served, and nothing else can be read", async (t) => {
  const { client } = await startService(t, { DOCS_ENABLED: "true" });
  for (const path of ["/docs", "/redoc", ...FILES]) {
    const answer = await client.get(path);
    assert.equal(answer.statusCode, 200, path);
    assert.ok(answer.rawPayload.length > 100, path);
  }
  for (const path of [
    "/docs-assets/",
    "/docs-assets/index.html",
    "/docs-assets/..%2fpackage.json",
    "/docs-assets/../package.json",
  ]) {
    problemOf(await client.get(path), 404);
  }
});

test("no credential is kept where scripts of other pages read it", async (t) => {
  const { client } = await startService(t, { DOCS_ENABLED: "true" });
  assert.ok(!(await client.get("/docs.js")).body.includes("persistAuthorization"));
});

test("pages load nothing from elsewhere, by a policy of their own", async (t) => {
  const { client } = await startService(t, { DOCS_ENABLED: "true" });
  const { headers, body } = await client.get("/docs");
  assert.ok(!/(src|href)="(https?:)?\/\//.test(body));
  const policy = String(headers["content-security-policy"]);
  assert.match(policy, /default-src 'none'; script-src 'self'; /);
  assert.ok(!policy.includes("unsafe-eval") && !policy.includes("http"));
  for (const path of FILES) {
    const file = await client.get(path);
    assert.equal(
      file.headers["content-security-policy"],
      "default-src 'none'; frame-ancestors 'none'",
    );
  }
});

test("behind a prefix, pages find what they need", async (t) => {
  const { client } = await startService(t, { DOCS_ENABLED: "true", ROOT_PATH: "/orders" });
  const { body } = await client.get("/docs");
  // Relative addresses have the prefix that the proxy strips.
  for (const [, address = ""] of body.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assert.ok(!address.startsWith("/"), address);
  }
  const { servers } = (await client.get("/openapi.json")).json();
  assert.deepEqual(servers, [{ url: "/orders" }]);
});
