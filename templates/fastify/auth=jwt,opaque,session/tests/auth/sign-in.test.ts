/** Signing in, independent of the kind of credential. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { HASHER } from "../../src/auth/password-hasher.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { ME_URL, problemOf, startWithAccount, updateUser } from "../support/accounts.ts";
import { audited } from "../support/audited.ts";
import { makeUser } from "../support/factories.ts";
import {
  giveHash,
  givePassword,
  giveUsualPassword,
  giveWeakerPassword,
  OTHER_PASSWORD,
  PASSWORD,
  storedHash,
} from "../support/passwords.ts";
import { auditEvents, recordedStatements } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { attemptSignIn } from "../support/sign-in.ts";
import { signUp } from "../support/sign-up.ts";
import { storedDigests } from "../support/stored-tokens.ts";

test("addresses are compared without case and blanks", async (t) => {
  const { client, account } = await startWithAccount(t);
  const { email } = account;
  for (const typed of [email.toUpperCase(), `  ${email.replace("u", "U")} `]) {
    assert.equal((await attemptSignIn(client, typed)).statusCode, 200, typed);
  }
});

test("every failed sign-in looks the same and verifies one hash", async (t) => {
  const { client, resources } = await startService(t, { REQUIRE_EMAIL_VERIFICATION: "true" });
  const known = await makeUser(resources);
  const disabled = await makeUser(resources, { isActive: false });
  const unconfirmed = await makeUser(resources, { emailVerified: false });
  for (const user of [known, disabled, unconfirmed]) {
    await giveUsualPassword(resources, user);
  }
  const withoutPassword = await makeUser(resources);
  const verify = t.mock.method(HASHER, "verify");
  const seen: unknown[] = [];
  const requestIds: unknown[] = [];
  for (const [email, password] of [
    [known.email, OTHER_PASSWORD],
    ["nobody@example.com", PASSWORD],
    ["no address", PASSWORD],
    [disabled.email, PASSWORD],
    [unconfirmed.email, PASSWORD],
    [withoutPassword.email, PASSWORD],
  ] as const) {
    const answer = await attemptSignIn(client, email, password);
    assert.equal(answer.statusCode, 401);
    requestIds.push(answer.headers["x-request-id"]);
    seen.push([Object.keys(answer.headers).sort(), problemOf(answer)]);
    assert.equal(verify.mock.callCount(), seen.length);
  }
  for (const answer of seen) {
    assert.deepEqual(answer, seen[0]);
  }
  assert.equal((await attemptSignIn(client, known.email)).statusCode, 200);
  assert.deepEqual(await audited(resources, disabled.id), ["auth.login.failed"]);
  const events = await auditEvents(resources, "auth.login.failed");
  const recorded = new Set<unknown>(events.map(({ requestId }) => requestId));
  assert.ok(requestIds.every((id) => recorded.has(id)));
});

test("a sign-in that raced with a reset leaves no session", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  const verify = resources.passwords.verify.bind(resources.passwords);
  t.mock.method(resources.passwords, "verify", async (...given: Parameters<typeof verify>) => {
    const proof = await verify(...given);
    await givePassword(resources, account, OTHER_PASSWORD);
    return proof;
  });
  assert.equal((await attemptSignIn(client, account.email)).statusCode, 401);
  assert.deepEqual(await storedDigests(resources, account.id), []);
});

for (const change of ["disabled", "deleted"] as const) {
  test(`a sign-in that raced with the end of the account leaves no session: ${change}`, async (t) => {
    const { client, account, resources } = await startWithAccount(t);
    const verify = resources.passwords.verify.bind(resources.passwords);
    t.mock.method(resources.passwords, "verify", async (...given: Parameters<typeof verify>) => {
      const proof = await verify(...given);
      if (change === "disabled") {
        await updateUser(resources, account, { isActive: false });
      } else {
        await resources.database.transaction((transaction) =>
          new UserRepository(transaction).delete(account.id),
        );
      }
      return proof;
    });
    assert.equal((await attemptSignIn(client, account.email)).statusCode, 401);
    assert.deepEqual(await storedDigests(resources, account.id), []);
  });
}

test("a password is hashed again when the parameters have changed", async (t) => {
  const { client, resources } = await startService(t);
  const account = await makeUser(resources);
  await giveWeakerPassword(resources, account);
  const before = await storedHash(resources, account);
  assert.ok(!HASHER.isCurrent(before));
  assert.equal((await attemptSignIn(client, account.email, OTHER_PASSWORD)).statusCode, 401);
  assert.equal(await storedHash(resources, account), before);
  assert.equal((await attemptSignIn(client, account.email)).statusCode, 200);
  const after = await storedHash(resources, account);
  assert.ok(HASHER.isCurrent(after));
  assert.equal((await attemptSignIn(client, account.email)).statusCode, 200);
  assert.equal(await storedHash(resources, account), after);
});

test("hashing again never brings an old password back", async (t) => {
  const { client, resources } = await startService(t);
  const account = await makeUser(resources);
  await giveWeakerPassword(resources, account);
  const verify = resources.passwords.verify.bind(resources.passwords);
  t.mock.method(resources.passwords, "verify", async (...given: Parameters<typeof verify>) => {
    const proof = await verify(...given);
    if (proof.fresh !== undefined) {
      await givePassword(resources, account, OTHER_PASSWORD);
    }
    return proof;
  });
  assert.equal((await attemptSignIn(client, account.email)).statusCode, 401);
  assert.equal((await attemptSignIn(client, account.email, OTHER_PASSWORD)).statusCode, 200);
});

test("a hash of an unknown form is a failed sign-in", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  const wrong = await attemptSignIn(client, account.email, OTHER_PASSWORD);
  await giveHash(resources, account, "$9$from$elsewhere");
  const answer = await attemptSignIn(client, account.email);
  assert.equal(answer.statusCode, 401);
  assert.deepEqual(problemOf(answer), problemOf(wrong));
  assert.equal(await storedHash(resources, account), "$9$from$elsewhere");
});

test("a password is the same over HTTP however its letters and spaces are typed", async (t) => {
  const { client, resources } = await startService(t);
  const composed = "Zw\u00f6lf B\u00e4ren, \u304c and \ud55c\uae00";
  const account = await makeUser(resources);
  await givePassword(resources, account, composed);
  for (const typed of [composed, composed.normalize("NFD"), composed.replaceAll(" ", "\u3000")]) {
    assert.equal((await attemptSignIn(client, account.email, typed)).statusCode, 200);
  }
  for (const other of [composed.toLowerCase(), composed.replace("Z", "\uff3a")]) {
    assert.equal((await attemptSignIn(client, account.email, other)).statusCode, 401);
  }
});

test("who is calling costs one statement", async (t) => {
  const service = await startService(t);
  const { client } = await signUp(service);
  const statements = await recordedStatements(() => client.get(ME_URL));
  assert.equal(statements.filter((text) => /^\s*select/i.test(text)).length, 1, statements.join());
});

test("no password that was tried is in the log", async (t) => {
  const service = await startService(t, { LOG_LEVEL: "debug" });
  const { user } = await signUp(service);
  await attemptSignIn(service.client, user.email, "a wrong password of mine");
  const text = JSON.stringify(service.lines);
  assert.ok(service.lines.length >= 2);
  for (const secret of [PASSWORD, "a wrong password", user.email]) {
    assert.ok(!text.includes(secret), secret);
  }
});
