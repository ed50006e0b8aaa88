/** Attacks on access tokens (RFC 8725), and what ends one before it expires. */

import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { type TestContext, test } from "node:test";
import * as oneTime from "../../src/auth/one-time.ts";
import { startWithAccount, updateUser } from "../support/accounts.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { makeUser } from "../support/factories.ts";
import { ME_URL, statusWith, tokensOf } from "../support/sign-in.ts";
import { travel } from "../support/time.ts";

const CLAIMS = ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"];
const MINUTE = 60_000;

type Part = Readonly<Record<string, unknown>>;

const encode = (part: Part | string): string =>
  Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");

const decode = (part = ""): Part => JSON.parse(Buffer.from(part, "base64url").toString());

const HEAD = { alg: "HS256", typ: "at+jwt" };

/** A service, a token that it issued, and what it takes to make others like it. */
const start = async (t: TestContext) => {
  const service = await startWithAccount(t);
  const { client, resources, account } = service;
  const { access_token: token, refresh_token: refreshToken } = await tokensOf(client, account);
  const [key] = resources.keys.all("access-token");
  const [head, payload, signature] = token.split(".");
  const claims = decode(payload);

  /** Signs the same claims again, with something different. */
  const forge = (
    changed: Part = {},
    header: Part = HEAD,
    by: KeyObject | string = key,
    hash = "sha256",
  ): string => {
    const text = `${encode(header)}.${encode({ ...claims, ...changed })}`;
    return `${text}.${createHmac(hash, by).update(text).digest("base64url")}`;
  };
  return { ...service, token, refreshToken, key, head, payload, signature, claims, forge };
};

test("a token has the claims and the type of an access token", async (t) => {
  const { head, claims, resources, account } = await start(t);
  assert.deepEqual(decode(head), HEAD);
  assert.deepEqual(Object.keys(claims).sort(), [...CLAIMS].sort());
  assert.equal(claims["iss"], resources.settings.jwtIssuer);
  assert.equal(claims["aud"], resources.settings.jwtAudience);
  assert.equal(claims["sub"], account.id);
  assert.equal(Number(claims["exp"]) - Number(claims["iat"]), 15 * 60);
});

test("a token signed again as it was is accepted", async (t) => {
  // Or the refusals below would prove nothing.
  const { client, forge, token } = await start(t);
  assert.equal(forge(), token);
  assert.equal(await statusWith(client, forge({ jti: "another" })), 200);
});

test("a token without signature is refused", async (t) => {
  const { client, payload, head } = await start(t);
  for (const alg of ["none", "None", "NONE"]) {
    const token = `${encode({ ...HEAD, alg })}.${payload}.`;
    assert.equal(await statusWith(client, token), 401);
  }
  assert.equal(await statusWith(client, `${head}.${payload}.`), 401);
  assert.equal(await statusWith(client, `${head}.${payload}`), 401);
});

test("the token's own header does not choose the algorithm", async (t) => {
  const { client, forge, claims } = await start(t);
  for (const [alg, hash] of [
    ["HS384", "sha384"],
    ["HS512", "sha512"],
  ] as const) {
    assert.equal(await statusWith(client, forge({}, { ...HEAD, alg }, undefined, hash)), 401);
    // Nor with the right signature below another name.
    assert.equal(await statusWith(client, forge({}, { ...HEAD, alg })), 401);
  }
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const text = `${encode({ ...HEAD, alg: "RS256" })}.${encode(claims)}`;
  const signature = sign("sha256", Buffer.from(text), privateKey).toString("base64url");
  assert.equal(await statusWith(client, `${text}.${signature}`), 401);
});

test("a key that comes with the token is not used", async (t) => {
  const { client, forge } = await start(t);
  const key = "a key that the attacker has made";
  for (const more of [
    { jwk: { kty: "oct", k: encode(key) } },
    { kid: "../../dev/null" },
    { jku: "https://evil.example/keys" },
  ]) {
    assert.equal(await statusWith(client, forge({}, { ...HEAD, ...more }, key)), 401);
  }
});

test("the key of another purpose signs no access token", async (t) => {
  const { client, forge, resources } = await start(t);
  for (const purpose of ["csrf", "cursor", "one-time-token", "api-key"]) {
    const [key] = resources.keys.all(purpose);
    assert.equal(await statusWith(client, forge({}, HEAD, key)), 401);
  }
  assert.equal(await statusWith(client, forge({}, HEAD, ENVIRONMENT["SECRET_KEY"])), 401);
});

test("a token that lacks a claim is refused", async (t) => {
  const { client, forge } = await start(t);
  for (const claim of CLAIMS) {
    assert.equal(await statusWith(client, forge({ [claim]: undefined })), 401, claim);
  }
});

test("a token with a wrong claim is refused", async (t) => {
  const { client, forge } = await start(t);
  for (const changed of [
    { iss: "somebody-else" },
    { aud: "another-service" },
    { aud: ["another-service"] },
    { sub: "not-an-id" },
    { sub: 1 },
    { sid: "not-an-id" },
    { sid: null },
    { jti: 1 },
    { exp: "soon" },
    { exp: null },
    { nbf: "0" },
  ]) {
    assert.equal(await statusWith(client, forge(changed)), 401, JSON.stringify(changed));
  }
});

test("a token of another type is refused", async (t) => {
  const { client, forge } = await start(t);
  for (const typ of ["JWT", "refresh+jwt", "at+JWT", "", null]) {
    assert.equal(await statusWith(client, forge({}, { ...HEAD, typ })), 401, String(typ));
  }
});

test("a token with a critical extension that nobody knows is refused", async (t) => {
  const { client, forge } = await start(t);
  const header = { ...HEAD, crit: ["unknown"], unknown: 1 };
  assert.equal(await statusWith(client, forge({}, header)), 401);
});

test("a token lives fifteen minutes", async (t) => {
  const { client, token } = await start(t);
  travel(t, 15 * MINUTE - 10_000);
  assert.equal(await statusWith(client, token), 200);
  travel(t, 11_000);
  assert.equal(await statusWith(client, token), 401);
});

test("a token that is not valid yet is refused", async (t) => {
  const { client, forge, claims } = await start(t);
  for (const name of ["nbf", "iat"]) {
    const later = Number(claims[name]) + 300;
    assert.equal(await statusWith(client, forge({ [name]: later })), 401);
  }
});

test("other credentials are no access tokens", async (t) => {
  const { client, refreshToken, resources, account } = await start(t);
  assert.equal(await statusWith(client, refreshToken), 401);
  for (const kind of [oneTime.VERIFY_EMAIL, oneTime.RESET_PASSWORD] as const) {
    const secret = await resources.database.transaction((transaction) =>
      oneTime.issue(transaction, resources, kind, account.id),
    );
    assert.equal(await statusWith(client, secret), 401);
  }
});

test("a tampered payload is refused", async (t) => {
  const { client, head, signature, claims, resources } = await start(t);
  const admin = await makeUser(resources, { role: "admin" });
  const payload = encode({ ...claims, sub: admin.id });
  assert.equal(await statusWith(client, `${head}.${payload}.${signature}`), 401);
});

test("a session serves the account that it belongs to", async (t) => {
  const { client, forge, resources } = await start(t);
  const admin = await makeUser(resources, { role: "admin" });
  assert.equal(await statusWith(client, forge({ sub: admin.id })), 401);
});

test("what is no token is refused", async (t) => {
  const { client } = await start(t);
  for (const token of ["", ".", "..", "a.b.c", "e30.e30.e30", "e30.W10.", "x".repeat(5000)]) {
    assert.equal(await statusWith(client, token), 401, token);
  }
});

test("no nesting and no bytes are a crash", async (t) => {
  const { client, payload, signature, head, key } = await start(t);
  for (const nested of ["[".repeat(2_000), '{"a":'.repeat(500), "\xff\xfe", "null", "[]", "1"]) {
    const part = encode(nested);
    const text = `${head}.${part}`;
    const signed = createHmac("sha256", key).update(text).digest("base64url");
    for (const token of [
      `${part}.${payload}.${signature}`,
      `${text}.${signature}`,
      `${text}.${signed}`,
    ]) {
      assert.equal(await statusWith(client, token), 401);
    }
  }
});

test("no signed claim is a crash", async (t) => {
  const { client, forge } = await start(t);
  const values = [null, true, 0, -1, 1.5, 1e308, "", "a", [], [1], {}, { a: 1 }, "__proto__"];
  for (const claim of [...CLAIMS, "scope", "__proto__", "constructor"]) {
    for (const value of values) {
      const status = await statusWith(client, forge({ [claim]: value }));
      assert.ok(status === 200 || status === 401, `${claim}: ${JSON.stringify(value)}`);
    }
  }
});

test("a token with a malformed scope is refused", async (t) => {
  const { client, forge } = await start(t);
  for (const scope of [null, 0, 1, true, [], ["users:read"], {}, { "users:read": 1 }]) {
    assert.equal(await statusWith(client, forge({ scope })), 401, JSON.stringify(scope));
  }
});

test("a scope that names nothing allows nothing", async (t) => {
  const { client, forge, resources, account } = await start(t);
  await updateUser(resources, account, { role: "admin" });
  for (const [scope, status] of [
    ["users:read", 200],
    ["", 403],
    [" ", 403],
    ["users:everything", 403],
  ] as const) {
    const headers = { authorization: `Bearer ${forge({ scope })}` };
    assert.equal((await client.get("/api/v1/users", { headers })).statusCode, status, scope);
  }
});

test("another scheme or place is refused", async (t) => {
  const { client, token } = await start(t);
  for (const authorization of [`Basic ${token}`, token, `Token ${token}`]) {
    assert.equal((await client.get(ME_URL, { headers: { authorization } })).statusCode, 401);
  }
  const inUrl = await client.get(ME_URL, { query: { access_token: token } });
  assert.ok([401, 422].includes(inUrl.statusCode));
  const cookie = `token=${token}`;
  assert.equal((await client.get(ME_URL, { headers: { cookie } })).statusCode, 401);
});

test("two tokens in one request are refused", async (t) => {
  const { client, token } = await start(t);
  const authorization = `Bearer ${token}, Bearer ${token}`;
  assert.equal((await client.get(ME_URL, { headers: { authorization } })).statusCode, 401);
});

test("the role is read from the store on each request", async (t) => {
  const { client, token, resources, account } = await start(t);
  const headers = { authorization: `Bearer ${token}` };
  for (const [role, status] of [
    ["user", 403],
    ["admin", 200],
    ["moderator", 403],
  ] as const) {
    await updateUser(resources, account, { role });
    assert.equal((await client.get("/api/v1/users", { headers })).statusCode, status);
  }
});

test("a disabled account is out at once", async (t) => {
  const { client, token, resources, account } = await start(t);
  await updateUser(resources, account, { isActive: false });
  assert.equal(await statusWith(client, token), 401);
});

test("a token of an earlier key is valid until the key is dropped", async (t) => {
  const { client, token, resources, account } = await start(t);
  const { Keys } = await import("../../src/security/keys.ts");
  const { Secret } = await import("../../src/settings/secret.ts");
  const { settings } = resources;
  const fresh = new Secret("Zm9yIHRoZSB0ZXN0cyBvZiByb3RhdGlvbiwgYSBuZXcga2V5");
  const rotated = { ...settings, secretKey: fresh, secretKeyFallbacks: [settings.secretKey] };
  Object.assign(resources, { keys: new Keys(rotated) });
  assert.equal(await statusWith(client, token), 200);
  const { access_token } = await tokensOf(client, account);
  const dropped = { ...settings, secretKey: fresh, secretKeyFallbacks: [] };
  Object.assign(resources, { keys: new Keys(dropped) });
  assert.equal(await statusWith(client, token), 401);
  assert.equal(await statusWith(client, access_token), 200);
});
