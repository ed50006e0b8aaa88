import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../support/client.ts";
import { problemOf } from "../support/problems.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

const ME = "/api/v1/users/me";
const statusesOf = async (client: Client, path: string, count: number): Promise<number[]> => {
  const statuses = [];
  for (let asked = 0; asked < count; asked++) statuses.push((await client.get(path)).statusCode);
  return statuses;
};

test("a refusal has retry after", async (t) => {
  const { client } = await startService(t, { RATE_LIMIT_DEFAULT: "1/minute" });
  await client.get("/nowhere");
  const answer = await client.get("/nowhere");
  problemOf(answer, 429);
  const wait = Number(answer.headers["retry-after"]);
  assert.ok(wait > 0 && wait <= 60);
  assert.equal(answer.headers["ratelimit-policy"], '"default";q=1;w=60');
  assert.equal(answer.headers["ratelimit"], `"default";r=0;t=${wait}`);
});

test("an account is counted wherever it calls from, and all routes together", async (t) => {
  const service = await startService(t, { RATE_LIMIT_DEFAULT: "4/minute" });
  const { client, headers } = await signUp(service, "admin");
  const elsewhere = new Client(service.app, "192.0.2.99");
  Object.assign(elsewhere.headers, headers);
  assert.deepEqual(await statusesOf(client, ME, 2), [200, 200]);
  assert.deepEqual(await statusesOf(elsewhere, "/api/v1/users", 3), [200, 200, 429]);
});

test("a forged address is no way around", async (t) => {
  const { client } = await startService(t, {
    RATE_LIMIT_DEFAULT: "2/minute",
    TRUSTED_PROXIES: "10.0.0.0/8",
  });
  const statuses = [];
  for (let asked = 0; asked < 4; asked++) {
    const headers = {
      "x-forwarded-for": `203.0.113.${asked}`,
      forwarded: `for=203.0.113.${asked}`,
    };
    statuses.push((await client.get("/nowhere", { headers })).statusCode);
  }
  assert.deepEqual(statuses, [404, 404, 429, 429]);
});

test("behind a trusted proxy each client counts for itself", async (t) => {
  const { app } = await startService(t, {
    RATE_LIMIT_DEFAULT: "1/minute",
    TRUSTED_PROXIES: "10.0.0.0/8",
  });
  const proxy = new Client(app, "10.0.0.1");
  for (const address of ["192.0.2.1", "192.0.2.2"]) {
    const headers = { "x-forwarded-for": address };
    assert.equal((await proxy.get("/nowhere", { headers })).statusCode, 404);
    assert.equal((await proxy.get("/nowhere", { headers })).statusCode, 429);
  }
});

test("one ipv6 subscriber is one client, and ipv4 clients of an ipv6 socket are not", async (t) => {
  const { app } = await startService(t, { RATE_LIMIT_DEFAULT: "1/minute" });
  const statusOf = async (address: string) =>
    (await new Client(app, address).get("/nowhere")).statusCode;
  assert.equal(await statusOf("2001:db8:1:2::1"), 404);
  assert.equal(await statusOf("2001:db8:1:2:ffff::9"), 429);
  assert.equal(await statusOf("2001:db8:1:3::1"), 404);
  assert.equal(await statusOf("::ffff:192.0.2.50"), 404);
  assert.equal(await statusOf("::ffff:192.0.2.51"), 404);
  assert.equal(await statusOf("192.0.2.50"), 429);
});

test("a flood is reported once", async (t) => {
  const { client, lines } = await startService(t, { RATE_LIMIT_DEFAULT: "1/minute" });
  await statusesOf(client, "/nowhere", 10);
  const reports = lines.filter(({ event }) => event === "rate_limit.exceeded");
  assert.equal(reports.length, 1);
  assert.deepEqual([reports[0]?.["channel"], reports[0]?.["limit"]], ["audit", "default"]);
});

test("the report of an account's flood names it", async (t) => {
  const service = await startService(t, { RATE_LIMIT_DEFAULT: "2/minute" });
  const { client, user } = await signUp(service);
  await statusesOf(client, ME, 5);
  const reports = await auditEvents(service.resources, "rate_limit.exceeded");
  assert.deepEqual(
    reports.map(({ actorId }) => actorId),
    [user.id],
  );
});

test("they can be turned off", async (t) => {
  const settings = { RATE_LIMIT_DEFAULT: "1/minute", RATE_LIMIT_ENABLED: "false" };
  const { client } = await startService(t, settings);
  assert.deepEqual(await statusesOf(client, "/nowhere", 3), [404, 404, 404]);
});

test("of requests at the same time no more than the rate are served", async (t) => {
  const service = await startService(t, { RATE_LIMIT_DEFAULT: "5/minute" });
  const { client } = await signUp(service);
  const answers = await Promise.all(Array.from({ length: 40 }, () => client.get(ME)));
  assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 5);
});
