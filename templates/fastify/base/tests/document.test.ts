import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startService } from "./support/service.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly requestBody?: { readonly content: Record<string, { readonly example?: object }> };
  readonly responses: Record<string, { readonly $ref?: string; readonly headers?: object }>;
  readonly "x-permissions"?: readonly string[];
}

const { client, app } = await startService({ after }, { DOCS_ENABLED: "true" });
const document = (await client.get("/openapi.json")).json();
const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(
  ([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
);

test("it says what the project says of itself", () => {
  assert.equal(document.openapi, "3.1.0");
  assert.match(document.info.version, /^\d+\.\d+\.\d+$/);
  for (const part of [
    "## Sign in",
    "## Permissions",
    "| `account:write` | yes | yes | yes |",
    "## Rate limits",
  ]) {
    assert.ok(document.info.description.includes(part), part);
  }
  assert.ok(document.info.license.identifier && document.info.contact.name);
});

test("every route is in it, and every operation has a name of its own", () => {
  const routes = app.routeTable.all.filter(
    ({ method, config }) => method !== "HEAD" && config?.access,
  );
  assert.equal(operations.length, routes.length + 2);
  const names = operations.map(({ operationId }) => operationId);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z]+[A-Za-z]*$/);
});

test("every operation is in a group that is described, and says who may call it", () => {
  const known = document.tags.map(({ name }: { name: string }) => name);
  for (const { path, tags, security, description, summary, ...rest } of operations) {
    assert.ok(tags.length === 1 && known.includes(tags[0]), path);
    assert.ok(summary && !summary.endsWith("."), path);
    const isPublic = security.length === 0;
    assert.equal(isPublic, description.endsWith("Anyone may call this."), path);
    assert.equal(isPublic, rest["x-permissions"] === undefined, path);
    assert.ok(isPublic || rest.responses["401"]?.$ref, path);
  }
});

test("every answer names its headers", () => {
  for (const { path, responses } of operations) {
    for (const [status, { $ref, headers }] of Object.entries(responses)) {
      const named =
        $ref === undefined
          ? headers
          : document.components.responses[$ref.split("/").at(-1) ?? ""].headers;
      const names = Object.keys(named);
      assert.ok(names.includes("X-Request-ID"), path);
      if (status === "201") assert.ok(names.includes("Location"), path);
      if (status === "429") assert.ok(names.includes("Retry-After"), path);
    }
  }
});

test("every body has an example", () => {
  const bodies = operations.filter(({ requestBody }) => requestBody !== undefined);
  assert.ok(bodies.length >= 2);
  for (const { path, requestBody } of bodies) {
    for (const { example } of Object.values(requestBody?.content ?? {})) assert.ok(example, path);
  }
});

test("every reference leads somewhere, and formats are those that clients know", () => {
  const known = ["uuid", "date-time", "email", "int32", "password", "uri-reference"];
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (name === "$ref") {
        const found = String(inner)
          .slice(2)
          .split("/")
          .reduce((at, part) => at?.[part], document);
        assert.ok(found, String(inner));
      }
      if (name === "format" && typeof inner === "string") assert.ok(known.includes(inner), inner);
      look(inner);
    }
  };
  look(document);
});

test("lists and numbers have limits", () => {
  const look = (value: unknown, where: string): void => {
    if (typeof value !== "object" || value === null) return;
    const { type, maxItems, maximum, enum: words } = value as Record<string, unknown>;
    if (type === "array") assert.ok(maxItems !== undefined, where);
    if (type === "integer") assert.ok(maximum !== undefined || words !== undefined, where);
    for (const [name, inner] of Object.entries(value)) look(inner, `${where}/${name}`);
  };
  look(document.components.schemas, "");
});
