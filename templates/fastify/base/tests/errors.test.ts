import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_ERRORS, NotFound, Unprocessable } from "../src/errors.ts";
import { fieldsOf, problemOf } from "./support/problems.ts";
import { startService } from "./support/service.ts";
import { signUp } from "./support/sign-up.ts";

const USERS = "/api/v1/users";
const ME = `${USERS}/me`;
const SECRET = "s3cr3t-of-the-crash";

test("a crash reveals no internals in any environment", async (t) => {
  for (const behaveAs of ["development", "test", "staging", "production"] as const) {
    const { client, lines } = await startService(
      t,
      { DEBUG: "true", LOG_LEVEL: "debug" },
      {
        behaveAs,
        routes: (app) => {
          app.get("/crash", async () => {
            throw new Error(`SELECT ${SECRET} FROM /srv/app`);
          });
          app.get("/text", async () => {
            throw SECRET;
          });
        },
      },
    );
    for (const path of ["/crash", "/text"]) {
      const answer = await client.get(path);
      const { detail } = problemOf(answer, 500);
      assert.equal(detail, "The service failed; the request id is in its log.");
      assert.ok(!answer.body.includes(SECRET) && !answer.body.includes("/srv"));
    }
    assert.equal(lines.filter(({ event }) => event === "request.crashed").length, 2);
  }
});

test("an error of the service's own says what it was given", () => {
  assert.equal(new NotFound().message, "The resource does not exist.");
  assert.equal(new NotFound("No such thing.").message, "No such thing.");
  assert.equal(new NotFound().status, 404);
  const { members } = new Unprocessable("name", "is taken");
  assert.deepEqual(members, { errors: [{ field: "name", message: "is taken" }] });
});

test("a wrong method names every right one", async (t) => {
  const { client } = await startService(t);
  const allowed = new Map([
    [ME, "DELETE, GET, HEAD, PATCH"],
    [`${USERS}/export`, "GET, HEAD"],
    [`${USERS}/5b0c1d2e-7f8a-7b6c-9d0e-1f2a3b4c5d6e`, "DELETE, GET, HEAD, PATCH"],
    ["/health/live", "GET, HEAD"],
  ]);
  for (const [path, methods] of allowed) {
    const answer = await client.request("PUT", path);
    problemOf(answer, 405);
    assert.equal(answer.headers["allow"], methods, path);
  }
});

test("a path of its own is no id to another method", async (t) => {
  const { client } = await signUp(await startService(t), "admin");
  problemOf(await client.delete(`${USERS}/export`), 405);
});

test("no refused value comes back", async (t) => {
  const { client } = await signUp(await startService(t), "admin");
  for (const json of [
    { full_name: SECRET.repeat(100) },
    { full_name: [SECRET] },
    { full_name: { a: SECRET } },
    { full_name: "a", id: SECRET },
  ]) {
    const answer = await client.patch(ME, { json });
    problemOf(answer, 422);
    assert.ok(!answer.body.includes(SECRET));
  }
  for (const path of [
    `${USERS}/${SECRET}`,
    `${USERS}?cursor=${SECRET}`,
    `${USERS}?limit=${SECRET}`,
  ]) {
    const answer = await client.get(path);
    problemOf(answer, 422);
    assert.ok(!answer.body.includes(SECRET));
  }
  const content = `{"full_name":"${SECRET}",}`;
  const headers = { "content-type": "application/json" };
  assert.ok(!(await client.patch(ME, { content, headers })).body.includes(SECRET));
});

test("at most twenty errors are listed", async (t) => {
  const { client } = await signUp(await startService(t));
  const json = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, index) => [`field-${index}`, 1]),
  );
  assert.equal(fieldsOf(await client.patch(ME, { json })).length, MAX_ERRORS);
});

test("a name of a field is cut", async (t) => {
  const { client } = await signUp(await startService(t));
  const [field = ""] = fieldsOf(
    await client.patch(ME, { json: { full_name: "a", ["x".repeat(5_000)]: 1 } }),
  );
  assert.equal(field.length, 100);
});

test("a client that goes away is no crash", async (t) => {
  const { app, lines } = await startService(
    t,
    {},
    {
      routes: (routes) => {
        routes.get("/slow", () => new Promise(() => {}));
      },
    },
  );
  await app.listen({ host: "127.0.0.1", port: 0 });
  const address = app.server.address();
  assert.ok(typeof address === "object" && address !== null);
  const stop = new AbortController();
  const asked = fetch(`http://localhost:${address.port}/slow`, { signal: stop.signal });
  setTimeout(() => stop.abort(), 100);
  await assert.rejects(asked);
  while (!lines.some(({ status }) => status === 499)) await new Promise(setImmediate);
  assert.ok(!lines.some(({ event }) => event === "request.crashed"));
});
