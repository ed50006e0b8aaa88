/** Any JSON in a token: it is valid, or refused. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { type Fields, unsigned } from "../support/signing.ts";
import { startTrusting, USERS_URL } from "../support/trusting.ts";

const EXAMPLES = 150;
const CLAIMS = [
  ...["iss", "sub", "aud", "exp", "nbf", "iat", "typ", "token_use", "nonce", "events"],
  ...["scope", "scp", "permissions", "roles", "email", "email_verified", "name"],
  ...["preferred_username", "client_id", "auth_time", "__proto__", "constructor"],
];
const HEADERS = ["alg", "typ", "kid", "crit", "b64", "jwk", "jku", "x5c", "zip", "__proto__"];
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -0, 1, -1, 1.5, 1e300, -1e300, 2 ** 53, 253_402_300_800],
  ...["", " ", "a", "\0", "\n", "\u202e", "\ud800", "\u{1f600}", "x".repeat(300), "NaN"],
  ...[[], [[]], [null], ["a", 1], {}, { a: 1 }, { a: { b: [] } }, [{}], ["users:read"]],
];

/** Picks of a list, which look random and are the same in every run. */
const picks = <T>(seed: string, from: readonly T[], count: number): T[] =>
  [...createHash("sha256").update(seed).digest()]
    .slice(0, count)
    .flatMap((byte) => from.slice(byte % from.length).slice(0, 1));

/** One to three names, each with any value. */
const fieldsOf = (seed: string, names: readonly string[]): Fields => {
  const chosen = picks(`names of ${seed}`, names, 3).slice(0, 1 + (seed.length % 3));
  const values = picks(`values of ${seed}`, VALUES, 3);
  return Object.fromEntries(chosen.map((name, index) => [name, values[index]]));
};

test("no signed claim crashes the service or authenticates", async (t) => {
  const { provider, status } = await startTrusting(t);
  for (let number = 0; number < EXAMPLES; number++) {
    const claims = fieldsOf(`claims ${"x".repeat(number % 3)}${number}`, CLAIMS);
    const token = provider.sign({ ...provider.claims("a"), ...claims });
    const text = JSON.stringify(claims);
    assert.ok([200, 401].includes(await status(token)), text);
    assert.ok([401, 403].includes(await status(token, USERS_URL)), text);
  }
});

test("every claim of every type is valid or refused", async (t) => {
  const { provider, status } = await startTrusting(t);
  for (const name of ["sub", "aud", "exp", "iat", "auth_time", "scope", "roles", "name"]) {
    for (const value of VALUES) {
      const token = provider.sign({ ...provider.claims("a"), [name]: value });
      const text = JSON.stringify({ [name]: value });
      assert.ok([200, 401].includes(await status(token)), text);
    }
  }
});

test("no header is a crash or a way in", async (t) => {
  const { provider, status } = await startTrusting(t);
  const genuine = { alg: "RS256", typ: "at+jwt", kid: provider.keyId };
  for (let number = 0; number < EXAMPLES; number++) {
    const headers = fieldsOf(`headers ${"x".repeat(number % 3)}${number}`, HEADERS);
    const given = { ...genuine, ...headers };
    const token = unsigned(provider.claims("a"), given, Buffer.from("signature"));
    assert.equal(await status(token), 401, JSON.stringify(headers));
  }
});

test("no parts crash or authenticate", async (t) => {
  const { status } = await startTrusting(t);
  for (let number = 0; number < EXAMPLES; number++) {
    const parts = picks(`parts ${number}`, ["", "e30", "W10", "bnVsbA", "a", "=", "é", "{}"], 5);
    assert.equal(await status(parts.slice(number % 5).join(".")), 401, parts.join("."));
  }
});
