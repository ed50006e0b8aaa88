/** Rules for new passwords. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Breaches } from "../../src/auth/breaches.ts";
import { checkPassword, GUESSABLE } from "../../src/auth/password-policy.ts";
import { Unprocessable } from "../../src/errors.ts";
import type { Resources } from "../../src/resources.ts";
import type { Settings } from "../../src/settings/index.ts";
import { SETTINGS } from "../../src/settings/model.ts";

const EMAIL = "ann.lee@example.com";

const faultOf = async (
  password: string,
  changed: Partial<Settings> = {},
  email = EMAIL,
): Promise<string | undefined> => {
  const settings = {
    appName: "my-api",
    passwordMinLength: 12,
    passwordRequireUppercase: false,
    passwordRequireLowercase: false,
    passwordRequireDigit: false,
    passwordRequireSymbol: false,
    ...changed,
  };
  const resources = { settings, breaches: new Breaches("") } as unknown as Resources;
  try {
    await checkPassword(resources, "password", password, email);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Unprocessable);
    const [fault, ...others] = error.errors;
    assert.deepEqual(others, []);
    assert.equal(fault?.field, "password");
    assert.ok(!fault.message.includes(password));
    return fault.message;
  }
};

test("a long password needs nothing else", async () => {
  for (const password of [
    "correct horse battery staple",
    "zwölf Zeichen",
    "正确的马电池订书钉长口令句",
    "x7$kQ!m2pW9z",
  ]) {
    assert.equal(await faultOf(password), undefined, password);
  }
});

test("a password has twelve characters by default", async () => {
  for (const short of ["x7$kQ!m2pW9", "zwölf Bären", "🐎".repeat(11)]) {
    assert.equal(await faultOf(short), "must have at least 12 characters");
  }
  assert.equal(await faultOf("x7$kQ!m2pW9z"), undefined);
});

test("the least length is a setting", async () => {
  assert.equal(await faultOf("x7$kQ!m2v", { passwordMinLength: 9 }), undefined);
  const fault = await faultOf("x7$kQ!m2pW9z", { passwordMinLength: 13 });
  assert.equal(fault, "must have at least 13 characters");
});

test("the names of service and address are easy to guess", async () => {
  assert.equal(await faultOf("zorblickvex42"), undefined);
  assert.equal(await faultOf("zorblickvex42", { appName: "Zorblickvex" }), GUESSABLE);
  assert.equal(await faultOf("zorblickvex42", {}, "ann@zorblickvex.example"), GUESSABLE);
});

test("a password that is easy to guess is refused", async () => {
  for (const password of [
    "passwordpassword",
    "123456789012",
    "Password1234!",
    "Winter2026!!",
    "my-apimy-api",
  ]) {
    assert.equal(await faultOf(password), GUESSABLE, password);
  }
});

test("a password that contains the address is refused", async () => {
  for (const password of [
    `my ${EMAIL}`,
    `${EMAIL.toUpperCase()} it is`,
    "ann.lee loves green tea",
    "green tea for ANN.LEE",
  ]) {
    assert.equal(await faultOf(password), "must not contain the e-mail address", password);
  }
});

test("a short name is refused as a part of its address only", async () => {
  const email = "ann@example.com";
  const fault = await faultOf(`green tea for ${email}`, {}, email);
  assert.equal(fault, "must not contain the e-mail address");
  assert.equal(await faultOf("three cannons sing at dawn", {}, email), undefined);
});

test("rules of composition hold only where they are on", async () => {
  for (const [setting, lacking, having] of [
    ["passwordRequireUppercase", "correct horse battery", "correct horsE battery"],
    ["passwordRequireUppercase", "correct horse über", "correct horse Über"],
    ["passwordRequireLowercase", "CORRECT HORSE BATTERY", "CORRECT HORSe BATTERY"],
    ["passwordRequireDigit", "correct horse battery", "correct horse battery 4"],
    ["passwordRequireSymbol", "correcthorsebattery4", "correct-horse-battery4"],
  ] as const) {
    assert.equal(await faultOf(lacking), undefined);
    assert.equal(await faultOf(having, { [setting]: true }), undefined);
    assert.match((await faultOf(lacking, { [setting]: true })) ?? "", /^must have a/);
  }
});

test("rules of composition are off by default", () => {
  const rules = Object.entries(SETTINGS).filter(([name]) => name.startsWith("passwordRequire"));
  assert.equal(rules.length, 4);
  assert.ok(rules.every(([, setting]) => setting.default === "false"));
  assert.equal(SETTINGS.passwordMinLength.default, "12");
});
