/** Registering an address. */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { HASHER } from "../../src/auth/password-hasher.ts";
import { DRAINING } from "../../src/jobs/worker.ts";
import {
  AUTH,
  EMAIL,
  fieldsOf,
  forgot,
  register,
  shapeOf,
  signsIn,
  stored,
  verifyEmail,
} from "../support/accounts.ts";
import { audited } from "../support/audited.ts";
import { makeUser } from "../support/factories.ts";
import { leave, letGo } from "../support/leaving.ts";
import { mailingService } from "../support/mailbox.ts";
import { OTHER_PASSWORD, PASSWORD, storedHash } from "../support/passwords.ts";
import { listen } from "../support/sockets.ts";

test("a new account is a user whose address is not confirmed", async (t) => {
  const { client, resources } = await mailingService(t);
  assert.equal((await register(client)).statusCode, 202);
  const user = await stored(resources);
  const { role, isActive, emailVerified, fullName } = user;
  assert.deepEqual([role, isActive, emailVerified, fullName], ["user", true, false, "Ann"]);
  assert.deepEqual(await audited(resources, user.id), ["user.registered"]);
  assert.ok(await signsIn(client, EMAIL));
});

test("a password is stored hashed", async (t) => {
  const { client, resources } = await mailingService(t);
  await register(client);
  const hash = await storedHash(resources, await stored(resources));
  assert.ok(HASHER.reads(hash));
  assert.ok(!hash.includes(PASSWORD));
});

test("the response does not reveal whether an account exists", async (t) => {
  const { client, resources } = await mailingService(t);
  const hash = t.mock.method(HASHER, "hash");
  const confirmed = await makeUser(resources);
  const first = await register(client);
  const unconfirmed = await register(client);
  const known = await register(client, confirmed.email);
  assert.equal(first.statusCode, 202);
  assert.deepEqual(shapeOf(unconfirmed), shapeOf(first));
  assert.deepEqual(shapeOf(known), shapeOf(first));
  assert.deepEqual(
    hash.mock.calls.map((call) => call.arguments),
    [[PASSWORD], [PASSWORD], [PASSWORD]],
  );
});

test("registering a known address notifies its owner", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  await register(client);
  const welcome = await mailbox.only(EMAIL);
  assert.equal(await verifyEmail(client, await mailbox.code(EMAIL)), 204);
  const before = await stored(resources);
  await register(client, EMAIL.toUpperCase(), { password: OTHER_PASSWORD, full_name: "Eve" });
  assert.deepEqual(await stored(resources), before);
  assert.ok(await signsIn(client, EMAIL));
  assert.ok(!(await signsIn(client, EMAIL, OTHER_PASSWORD)));
  const [, warning] = await mailbox.received(EMAIL);
  assert.match(welcome.headers.get("subject") ?? "", /Confirm your address/);
  assert.match(warning?.headers.get("subject") ?? "", /You already have an account/);
  assert.doesNotMatch(warning?.text ?? "", /^\S{43}$/m);
});

test("addresses are one whatever their case", async (t) => {
  const { client, resources } = await mailingService(t);
  await register(client, "Ann@Example.COM");
  assert.equal((await stored(resources)).email, EMAIL);
  assert.ok(await signsIn(client, "aNN@eXAMPLE.com"));
});

test("twenty registrations at once make one account", async (t) => {
  const { client, resources } = await mailingService(t);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      register(client, number % 2 ? EMAIL : EMAIL.toUpperCase()),
    ),
  );
  for (const answer of answers) {
    assert.equal(answer.statusCode, 202);
    assert.equal(answer.body, answers[0]?.body);
  }
  const user = await stored(resources);
  const again = Array(19).fill("user.registered.again");
  assert.deepEqual(await audited(resources, user.id), ["user.registered", ...again]);
  assert.ok(!(await signsIn(client, EMAIL)));
});

test("a registration with a wrong field is refused", async (t) => {
  const { client } = await mailingService(t);
  for (const fields of [
    { email: "not an address" },
    { email: "Ann <ann@example.com>" },
    { email: `${"a".repeat(250)}@example.com` },
    { email: "ann@example.com\r\nBcc: eve@example.com" },
    { email: "ann@example.com,eve@example.com" },
    { email: null },
    { password: null },
    { password: "" },
    { password: "p".repeat(129) },
    { password: "zw\u0007\u00f6lf B\u00e4ren im Wald" },
    { full_name: "" },
    { full_name: "n".repeat(201) },
    { full_name: "Ann\u202e" },
    { role: "admin" },
    { is_active: true },
    { email_verified: true },
  ]) {
    const body = { email: EMAIL, password: PASSWORD, full_name: "Ann", ...fields };
    const answer = await client.post(`${AUTH}/register`, { json: body });
    assert.deepEqual(fieldsOf(answer), Object.keys(fields), JSON.stringify(fields));
    assert.ok(!answer.body.includes(PASSWORD));
    assert.doesNotMatch(answer.body, /@example|Wald/);
  }
});

test("a refusal names the reason and not the value", async (t) => {
  const { client } = await mailingService(t);
  for (const [fields, message] of [
    [{ password: "zw\u0007\u00f6lf B\u00e4ren im Wald" }, "must not have control characters, inv"],
    [{ password: "p".repeat(129) }, "must have at most 128 characters"],
    [{ full_name: "Ann\u202e" }, "must not have control characters, inv"],
    [{ email: "Wald" }, "is not an e-mail address"],
  ] as const) {
    const answer = await register(client, EMAIL, fields);
    const { errors } = answer.json<{ errors: { message: string }[] }>();
    assert.ok(errors[0]?.message.startsWith(message), answer.body);
    assert.ok(!answer.body.includes("Wald"));
  }
});

test("a weak password is refused and no account is made", async (t) => {
  const { client, mailbox } = await mailingService(t);
  for (const password of ["short", "password1234", "xx-ann@example.com-xx"]) {
    const answer = await register(client, EMAIL, { password });
    assert.deepEqual(fieldsOf(answer), ["password"]);
    assert.ok(!(await signsIn(client, EMAIL, password)));
  }
  assert.deepEqual(await mailbox.received(EMAIL), []);
});

test("a mail that fails makes no answer different", async (t) => {
  const { client, resources } = await mailingService(t);
  t.after(() => {
    DRAINING.milliseconds = 5_000;
  });
  DRAINING.milliseconds = 10;
  const reference = await register(client);
  await resources.jobs.join();
  // A file where the directory of the mails should be.
  const blocked = `${resources.settings.mailDir}-blocked`;
  await writeFile(blocked, "");
  Object.assign(resources.settings, { mailDir: blocked });
  assert.deepEqual(shapeOf(await register(client, "bob@example.com")), shapeOf(reference));
  assert.equal((await forgot(client, EMAIL)).statusCode, 202);
});

test("a client that left gets its mail all the same, and nothing waits for it", async (t) => {
  const { app, mailbox } = await mailingService(t, {}, { routes: letGo });
  const body = JSON.stringify({ email: EMAIL, password: PASSWORD, full_name: "Ann" });
  await leave(`http://127.0.0.1:${await listen(app)}${AUTH}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  while ((await mailbox.received(EMAIL)).length === 0) await setTimeout(20);
  await mailbox.only(EMAIL);
});

test("a job begins after the answer", async (t) => {
  const { client, app, resources } = await mailingService(t);
  const order: string[] = [];
  const enqueue = resources.jobs.enqueue.bind(resources.jobs);
  t.mock.method(resources.jobs, "enqueue", (...given: Parameters<typeof enqueue>) => {
    order.push("job");
    return enqueue(...given);
  });
  app.server.prependListener("request", (_request, response) => {
    response.once("finish", () => order.push("answer"));
  });
  await forgot(client, EMAIL);
  await resources.jobs.join();
  assert.deepEqual(order.at(-1), "job");
});
