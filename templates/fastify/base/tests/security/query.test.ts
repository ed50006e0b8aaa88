import assert from "node:assert/strict";
import { test } from "node:test";
import { parseQuery } from "../../src/security/query.ts";
import { fieldsOf, problemOf } from "../support/problems.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

const USERS = "/api/v1/users";

test("an unknown query parameter is refused", async (t) => {
  const { client } = await signUp(await startService(t), "admin");
  for (const path of ["/health/live", `${USERS}/me`, USERS]) {
    assert.deepEqual(fieldsOf(await client.get(`${path}?x=1`)), ["x"]);
  }
  for (const name of ["limit[]", "limit.a", "Limit", "__proto__", "constructor"]) {
    problemOf(await client.get(`${USERS}?${encodeURIComponent(name)}=1`), 422);
  }
});

test("a parameter is given once", async (t) => {
  const { client } = await signUp(await startService(t), "admin");
  for (const query of [
    "limit=1&limit=2",
    "limit=1&limit=1",
    "cursor=a&cursor=b",
    "limit=1&%6cimit=2",
  ]) {
    problemOf(await client.get(`${USERS}?${query}`), 422);
  }
});

test("a repeated parameter keeps all of its values", () => {
  assert.deepEqual({ ...parseQuery("a=1&b=2&a=3&a=4") }, { a: ["1", "3", "4"], b: "2" });
});

test("a number is written as one", async (t) => {
  const { client } = await signUp(await startService(t), "admin");
  for (const limit of ["1", "100"]) {
    assert.equal((await client.get(`${USERS}?limit=${limit}`)).statusCode, 200);
  }
  for (const limit of ["", "0", "101", "-1", "0x10", "1e1", "%205", "5.5", "NaN", "01", "٣"]) {
    const answer = await client.get(`${USERS}?limit=${encodeURI(limit)}`);
    assert.deepEqual(fieldsOf(answer), ["limit"], limit);
  }
});

test("a query that cannot be read is refused", async (t) => {
  const { client } = await signUp(await startService(t), "admin");
  for (const query of ["cursor=%00", "cursor=%FF", "cursor=%zz", "%00=1"]) {
    problemOf(await client.get(`${USERS}?${query}`), 400);
  }
});

test("the number of query parameters is limited", async (t) => {
  const { client } = await signUp(await startService(t), "admin");
  const query = Array.from({ length: 101 }, (_, index) => `p${index}=1`).join("&");
  const { detail } = problemOf(await client.get(`${USERS}?${query}`), 400);
  assert.equal(detail, "The query has too many parameters.");
});
