import assert from "node:assert/strict";
import { test } from "node:test";
import { Type } from "../../src/json-schema.ts";
import type { App } from "../../src/routing.ts";
import { input } from "../../src/schemas.ts";
import { fieldsOf, problemOf } from "../support/problems.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

const ME = "/api/v1/users/me";
const JSON_HEADERS = { "content-type": "application/json" };

test("the type of json may name its only charset", async (t) => {
  const { client } = await signUp(await startService(t));
  const types = [
    "application/json",
    "Application/JSON",
    "application/json; charset=UTF-8",
    'application/json;charset="utf-8"',
    "application/json; version=1",
  ];
  for (const type of types) {
    const answer = await client.patch(ME, {
      content: '{"full_name":"a"}',
      headers: { "content-type": type },
    });
    assert.equal(answer.statusCode, 200, type);
  }
});

test("any other type is refused", async (t) => {
  const { client } = await signUp(await startService(t));
  const types = [
    "text/plain",
    "application/jsonx",
    "application/vnd.api+json",
    "application/json, text/plain",
    "application/json; charset=latin1",
    "application/json; charset=utf-8; charset=utf-16",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "json",
    ";",
    `application/json; ${"a=b; ".repeat(10_000)}`,
  ];
  for (const type of types) {
    const headers = { "content-type": type };
    problemOf(await client.patch(ME, { content: '{"full_name":"a"}', headers }), 415);
  }
  problemOf(await client.patch(ME, { content: '{"full_name":"a"}' }), 415);
});

test("each body that parsers disagree on is a problem, and none a crash", async (t) => {
  const { client } = await signUp(await startService(t));
  const bodies = [
    '{"full_name":"a","full_name":"b"}',
    "{",
    "NaN",
    '{"full_name":"\\u0000"}',
    '{"full_name":"\\ud800"}',
    '{"__proto__":1}',
    `${"[".repeat(10_000)}`,
  ];
  for (const content of bodies) {
    problemOf(await client.patch(ME, { content, headers: JSON_HEADERS }), 400);
  }
  const broken = Buffer.from('{"full_name":"\xff"}', "latin1");
  problemOf(await client.patch(ME, { content: broken, headers: JSON_HEADERS }), 400);
});

test("a body that is missing, or another kind of value, is told as such", async (t) => {
  const { client } = await signUp(await startService(t));
  assert.deepEqual(fieldsOf(await client.patch(ME)), ["body"]);
  for (const content of ["null", "[]", '"a"', "1", "true"]) {
    assert.deepEqual(
      fieldsOf(await client.patch(ME, { content, headers: JSON_HEADERS })),
      ["body"],
      content,
    );
  }
});

test("nothing is converted, left out or taken for something else", async (t) => {
  const url = "/api/v1/things";
  const body = input("Thing", { title: Type.String(), text: Type.Optional(Type.String()) });
  const routes = (app: App): void => {
    app.post(url, { config: { access: "public" }, schema: { body } }, async () => ({}));
  };
  const { client } = await startService(t, {}, { routes });
  assert.equal((await client.post(url, { json: { title: "a", text: "b" } })).statusCode, 200);
  const bodies = new Map<unknown, string>([
    [{ title: 5 }, "title"],
    [{ title: ["a"] }, "title"],
    [{ title: null }, "title"],
    [{ title: "a", text: true }, "text"],
    [{ title: "a", owner_id: "x" }, "owner_id"],
    [{ title: "a", "a/b~c": 1 }, "a/b~c"],
    [{}, "title"],
  ]);
  for (const [json, field] of bodies)
    assert.deepEqual(fieldsOf(await client.post(url, { json })), [field]);
});

test("a route that takes no body reads none", async (t) => {
  const { client } = await signUp(await startService(t));
  const headers = { "content-type": "text/plain" };
  const { statusCode } = await client.delete(ME, { content: "whatever", headers });
  assert.equal(statusCode, 204);
});
