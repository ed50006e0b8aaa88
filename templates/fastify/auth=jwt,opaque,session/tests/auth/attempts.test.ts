/** Password guessing, which does not lock the owner out. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { KnownAddressRepository, MAX_ADDRESSES } from "../../src/auth/known-addresses.ts";
import { isKnown, purgeKnownAddresses, remember } from "../../src/auth/known-clients.ts";
import { HASHER } from "../../src/auth/password-hasher.ts";
import { now } from "../../src/clock.ts";
import type { Resources } from "../../src/resources.ts";
import type { User } from "../../src/users/model.ts";
import { forgot, reset, startWithAccount } from "../support/accounts.ts";
import { Client } from "../support/client.ts";
import { makeUser } from "../support/factories.ts";
import { giveUsualPassword, OTHER_PASSWORD, PASSWORD } from "../support/passwords.ts";
import type { Service } from "../support/service.ts";
import { attemptSignIn } from "../support/sign-in.ts";
import { travel } from "../support/time.ts";

const HOME = "192.0.2.44";
const SECOND = 1_000;
const DAY = 86_400 * SECOND;

const start = (t: TestContext) => startWithAccount(t, { RATE_LIMIT_AUTH: "5/minute" });

const statusFrom = async (
  { app }: Service,
  address: string,
  email: string,
  password = OTHER_PASSWORD,
): Promise<number> => (await attemptSignIn(new Client(app, address), email, password)).statusCode;

/** Guesses from changing addresses until the account is over the limit. */
const besiege = async (service: Service, { email }: User): Promise<void> => {
  let status = 0;
  for (let number = 0; number < 6; number++) {
    status = await statusFrom(service, `198.51.100.${number}`, email);
  }
  assert.equal(status, 429);
};

const rememberAt = (resources: Resources, user: User, address: string): Promise<void> =>
  resources.database.transaction((transaction) => remember(transaction, resources, user, address));

test("of concurrent guesses only five are checked", async (t) => {
  const service = await start(t);
  const verify = t.mock.method(HASHER, "verify");
  const statuses = await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      statusFrom(service, `198.51.100.${number}`, service.account.email),
    ),
  );
  assert.deepEqual(statuses.toSorted(), [...Array(5).fill(401), ...Array(15).fill(429)]);
  assert.equal(verify.mock.callCount(), 5);
});

test("signing in does not count against the account", async (t) => {
  const service = await start(t);
  for (let number = 0; number < 8; number++) {
    const address = `198.51.100.${number}`;
    assert.equal(await statusFrom(service, address, service.account.email, PASSWORD), 200);
  }
});

test("a known client address is not blocked by failures of others", async (t) => {
  const service = await start(t);
  const { email } = service.account;
  assert.equal(await statusFrom(service, HOME, email, PASSWORD), 200);
  await besiege(service, service.account);
  assert.equal(await statusFrom(service, "203.0.113.9", email, PASSWORD), 429);
  assert.equal(await statusFrom(service, HOME, email, PASSWORD), 200);
});

test("a known address guesses no faster", async (t) => {
  const service = await start(t);
  const { email } = service.account;
  assert.equal(await statusFrom(service, HOME, email, PASSWORD), 200);
  await besiege(service, service.account);
  // The sign-in above is one of the five attempts of the address.
  const statuses = [];
  for (let number = 0; number < 5; number++) {
    statuses.push(await statusFrom(service, HOME, email));
  }
  assert.deepEqual(statuses, [401, 401, 401, 401, 429]);
});

test("an address that is known to one account is not to another", async (t) => {
  const service = await start(t);
  const other = await makeUser(service.resources);
  await giveUsualPassword(service.resources, other);
  assert.equal(await statusFrom(service, HOME, other.email, PASSWORD), 200);
  await besiege(service, service.account);
  assert.equal(await statusFrom(service, HOME, service.account.email, PASSWORD), 429);
});

test("a code from the mail lets the owner in from anywhere", async (t) => {
  const service = await start(t);
  const { account, app, mailbox } = service;
  await besiege(service, account);
  const client = new Client(app, "203.0.113.9");
  await forgot(client, account.email);
  const code = await mailbox.code(account.email);
  assert.equal((await reset(client, code, OTHER_PASSWORD)).statusCode, 204);
  assert.equal(await statusFrom(service, "203.0.113.9", account.email, OTHER_PASSWORD), 200);
});

test("an address is known for thirty days", async (t) => {
  const service = await start(t);
  const { account, resources } = service;
  assert.equal(await statusFrom(service, HOME, account.email, PASSWORD), 200);
  travel(t, 30 * DAY - 60 * SECOND);
  assert.ok(await isKnown(resources, account.email, HOME));
  travel(t, 61 * SECOND);
  assert.ok(!(await isKnown(resources, account.email, HOME)));
});

test("addresses are stored as keyed hashes and the oldest make room", async (t) => {
  const { account, resources } = await start(t);
  const addresses = Array.from(
    { length: MAX_ADDRESSES + 1 },
    (_, number) => `198.51.100.${number}`,
  );
  for (const address of addresses) {
    travel(t, 60 * SECOND);
    await rememberAt(resources, account, address);
  }
  const known = [];
  for (const address of addresses) {
    known.push(await isKnown(resources, account.email, address));
  }
  assert.deepEqual(known, [false, ...Array(MAX_ADDRESSES).fill(true)]);
  const plain = `${account.email}\n${addresses.at(-1)}`;
  const mac = resources.keys.mac("known-address", plain);
  const since = new Date(now().getTime() - DAY);
  assert.ok(
    await resources.database.reader((reader) =>
      new KnownAddressRepository(reader).isKnown([mac], since),
    ),
  );
  assert.ok(!(await isKnown(resources, account.email, undefined)));
});

test("addresses that are known no longer are purged", async (t) => {
  const { account, resources } = await start(t);
  await rememberAt(resources, account, "198.51.100.31");
  travel(t, 31 * DAY);
  await rememberAt(resources, account, "198.51.100.0");
  const counts = [];
  for (let round = 0; round < 2; round++) {
    const count = await resources.database.transaction((transaction) =>
      purgeKnownAddresses(transaction, resources.settings, 10),
    );
    counts.push(count);
  }
  assert.deepEqual(counts, [1, 0]);
  assert.ok(await isKnown(resources, account.email, "198.51.100.0"));
});
