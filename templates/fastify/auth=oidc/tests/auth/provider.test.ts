/** The provider's keys: caching, rotation and outages. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { MAX_AGE_MILLISECONDS, Provider as ProviderKeys } from "../../src/auth/provider.ts";
import { Unavailable } from "../../src/errors.ts";
import { problemOf } from "../support/problems.ts";
import { DISCOVERY, JWKS, type Provider, startProvider } from "../support/provider.ts";
import { type Service, startService } from "../support/service.ts";
import { ME_URL, startTrusting, trust } from "../support/trusting.ts";

const MINUTE = 60_000;

/** Holds the monotonic time that the service sees; returns how to move it on. */
const holdTime = (t: TestContext): ((milliseconds: number) => void) => {
  let at = 1_000_000;
  t.mock.method(performance, "now", () => at);
  return (milliseconds) => {
    at += milliseconds;
  };
};

/** Makes a token with an invented key id. */
const foreign = (provider: Provider, kid: string): string =>
  provider.token("somebody", {}, { kid });

/** Signs a token that does not say with which key. */
const nameless = (provider: Provider): string => provider.token("a", {}, { kid: undefined });

/** Serves the keys without their ids. */
const publishWithoutIds = (provider: Provider): void =>
  provider.publish(
    {},
    provider.publicKeys().map((key) => ({ ...key, kid: undefined })),
  );

const readiness = async ({ client }: Service): Promise<readonly [number, string]> => {
  const answer = await client.get("/health/ready");
  return [answer.statusCode, answer.json().checks.provider];
};

/** Waits until a fetch in the background has ended. */
const settle = (): Promise<void> => setTimeout(150);

test("keys are fetched by the first token and never before", async (t) => {
  const { provider, service, status } = await startTrusting(t);
  assert.equal((await service.client.get(ME_URL)).statusCode, 401);
  assert.deepEqual(provider.requests, {});
  for (const _ of [1, 2, 3]) {
    assert.equal(await status(provider.token("a")), 200);
  }
  assert.deepEqual(provider.requests, { [DISCOVERY]: 1, [JWKS]: 1 });
});

test("a new key is found once the interval has passed", async (t) => {
  const { provider, status } = await startTrusting(t);
  const pass = holdTime(t);
  const old = provider.token("a");
  assert.equal(await status(old), 200);
  provider.rotate();
  pass(MINUTE - 1);
  assert.equal(await status(provider.token("a")), 401);
  assert.equal(provider.requests[JWKS], 1);
  pass(1);
  assert.equal(await status(provider.token("a")), 200);
  assert.equal(await status(old), 200);
  assert.equal(provider.requests[JWKS], 2);
});

test("made up key ids cause one fetch per interval", async (t) => {
  const { provider, status } = await startTrusting(t);
  const pass = holdTime(t);
  assert.equal(await status(provider.token("a")), 200);
  for (const fetches of [2, 3]) {
    pass(MINUTE);
    const storm = Array.from({ length: 30 }, (_, index) =>
      status(foreign(provider, `key-${index}`)),
    );
    assert.deepEqual(new Set(await Promise.all(storm)), new Set([401]));
    assert.equal(await status(foreign(provider, "late")), 401);
    assert.deepEqual(provider.requests, { [DISCOVERY]: fetches, [JWKS]: fetches });
  }
  assert.equal(await status(provider.token("a")), 200);
});

test("one fetch serves all who wait for it", async (t) => {
  const { provider, status } = await startTrusting(t);
  provider.delay = 200;
  const calls = Array.from({ length: 20 }, () => status(provider.token("a")));
  assert.deepEqual(new Set(await Promise.all(calls)), new Set([200]));
  assert.deepEqual(provider.requests, { [DISCOVERY]: 1, [JWKS]: 1 });
});

test("a fetch that takes longer than the interval is still the only one", async (t) => {
  const { provider, status } = await startTrusting(t);
  const pass = holdTime(t);
  provider.delay = 200;
  const first = status(provider.token("a"));
  await setTimeout(100);
  pass(MINUTE);
  assert.deepEqual(await Promise.all([first, status(provider.token("a"))]), [200, 200]);
  assert.deepEqual(provider.requests, { [DISCOVERY]: 1, [JWKS]: 1 });
});

test("a withdrawn key stops working and nobody waits for that", async (t) => {
  const { provider, status } = await startTrusting(t);
  const pass = holdTime(t);
  const stolen = provider.token("a");
  assert.equal(await status(stolen), 200);
  provider.rotate({ withdraws: true });
  pass(MAX_AGE_MILLISECONDS);
  assert.equal(await status(stolen), 200);
  await settle();
  assert.equal(await status(stolen), 401);
  assert.equal(await status(provider.token("a")), 200);
});

test("a withdrawn key stops working without any token if somebody asks for readiness", async (t) => {
  const { provider, service, status } = await startTrusting(t);
  const pass = holdTime(t);
  const stolen = provider.token("a");
  assert.equal(await status(stolen), 200);
  provider.rotate({ withdraws: true });
  pass(MAX_AGE_MILLISECONDS);
  await readiness(service);
  assert.equal(await status(stolen), 401);
});

test("known keys are fetched again soon after a fetch has failed", async (t) => {
  const { provider, status } = await startTrusting(t);
  const pass = holdTime(t);
  const stolen = provider.token("a");
  assert.equal(await status(stolen), 200);
  provider.fail();
  pass(MAX_AGE_MILLISECONDS);
  assert.equal(await status(stolen), 200);
  await settle();
  provider.publish();
  provider.rotate({ withdraws: true });
  pass(MINUTE);
  assert.equal(await status(stolen), 200);
  await settle();
  assert.equal(await status(stolen), 401);
});

test("known keys are fetched no more often than the interval allows", async (t) => {
  const { provider, status } = await startTrusting(t, { OIDC_JWKS_MIN_REFRESH_SECONDS: "1200" });
  const pass = holdTime(t);
  for (const [milliseconds, fetches] of [
    [0, 1],
    [1_199_999, 1],
    [1, 2],
  ] as const) {
    pass(milliseconds);
    assert.equal(await status(provider.token("a")), 200);
    await settle();
    assert.equal(provider.requests[JWKS], fetches);
  }
});

test("an outage is 503 for unknown keys only", async (t) => {
  const { provider, call, status } = await startTrusting(t);
  const pass = holdTime(t);
  const known = provider.token("a");
  assert.equal(await status(known), 200);
  provider.fail();
  pass(MAX_AGE_MILLISECONDS);
  assert.equal(await status(known), 200);
  await settle();
  assert.equal(await status(known), 200);
  const other = await startProvider(t);
  const answer = await call(other.token("a"));
  problemOf(answer, 503);
  const wait = Number(answer.headers["retry-after"]);
  assert.ok(wait >= 1 && wait <= 60);
});

test("after an outage keys are fetched again", async (t) => {
  const { provider, call, status } = await startTrusting(t);
  const pass = holdTime(t);
  provider.fail();
  problemOf(await call(provider.token("a")), 503);
  provider.publish();
  problemOf(await call(provider.token("a")), 503);
  assert.deepEqual(provider.requests, { [DISCOVERY]: 1 });
  pass(MINUTE);
  assert.equal(await status(provider.token("a")), 200);
});

test("an unreachable provider is 503", async (t) => {
  const { provider, service, call } = await startTrusting(t);
  provider.stop();
  problemOf(await call(provider.token("a")), 503);
  const line = service.lines.find(({ event }) => event === "oidc.provider.unavailable");
  assert.match(String(line?.["reason"]), /ECONNREFUSED/);
});

test("a provider that never answers is 503", async (t) => {
  const { provider, service } = await startTrusting(t);
  provider.delay = 500;
  const keys = new ProviderKeys(service.resources.settings, 100);
  await assert.rejects(keys.key(provider.keyId, "RS256"), Unavailable);
});

test("keys without ids are looked at again each interval", async (t) => {
  const { provider, status } = await startTrusting(t);
  const pass = holdTime(t);
  publishWithoutIds(provider);
  assert.equal(await status(nameless(provider)), 200);
  provider.rotate({ withdraws: true });
  publishWithoutIds(provider);
  assert.equal(await status(nameless(provider)), 401);
  pass(MINUTE);
  await status(nameless(provider));
  await settle();
  assert.equal(await status(nameless(provider)), 200);
  assert.equal(provider.requests[JWKS], 2);
});

test("a provider that names another issuer is not ready and the log says why", async (t) => {
  const { provider, service, call, status } = await startTrusting(t);
  const pass = holdTime(t);
  provider.publish({ issuer: "https://other.example.com" });
  assert.deepEqual(await readiness(service), [503, "unavailable"]);
  const lines = service.lines.filter(({ event }) => event === "oidc.provider.unavailable");
  assert.deepEqual(
    lines.map(({ reason }) => reason),
    ["the discovery document does not name OIDC_ISSUER as its issuer"],
  );
  problemOf(await call(provider.token("a")), 503);
  // That nobody answers now does not make it the right one.
  provider.fail();
  pass(MINUTE);
  assert.deepEqual(await readiness(service), [503, "unavailable"]);
  provider.publish();
  pass(MINUTE);
  assert.deepEqual(await readiness(service), [200, "ok"]);
  assert.equal(await status(provider.token("a")), 200);
});

test("an outage of the provider takes no service out of rotation", async (t) => {
  const { provider, service } = await startTrusting(t);
  const pass = holdTime(t);
  provider.fail();
  assert.deepEqual(await readiness(service), [200, "ok"]);
  pass(MINUTE);
  provider.publish();
  // Longer than a probe of readiness may take.
  provider.delay = 3_000;
  assert.deepEqual(await readiness(service), [200, "ok"]);
});

test("readiness asks a provider once", async (t) => {
  const { provider, service } = await startTrusting(t);
  const pass = holdTime(t);
  for (const _ of [1, 2, 3]) {
    assert.deepEqual(await readiness(service), [200, "ok"]);
    pass(MINUTE);
  }
  assert.deepEqual(provider.requests, { [DISCOVERY]: 1, [JWKS]: 1 });
});

test("the discovery document may be elsewhere", async (t) => {
  const provider = await startProvider(t);
  const issuer = "https://public.example.com/realms/test";
  provider.publish({ issuer });
  const { status } = trust(
    provider,
    await startService(t, {
      OIDC_ISSUER: issuer,
      OIDC_DISCOVERY_URL: `${provider.issuer}/.well-known/openid-configuration`,
    }),
  );
  assert.equal(await status(provider.token("a", { iss: issuer })), 200);
  assert.equal(await status(provider.token("a")), 401);
});

test("a fetch that is under way ends with the service", async (t) => {
  const { provider, service } = await startTrusting(t);
  provider.delay = 1_000;
  await using stack = new AsyncDisposableStack();
  const keys = await ProviderKeys.open(service.resources.settings, stack);
  const waiting = assert.rejects(keys.key(provider.keyId, "RS256"), Unavailable);
  await setTimeout(50);
  await stack.disposeAsync();
  await waiting;
  // It has not given up by itself, or been answered.
  const lines = service.lines.filter(({ event }) => event === "oidc.provider.unavailable");
  assert.deepEqual(
    lines.map(({ error }) => error),
    ["AbortError"],
  );
});
