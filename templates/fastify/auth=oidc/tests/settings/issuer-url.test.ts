/** OIDC_ISSUER: whom the service trusts, and how it is reached. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { issuerUrl } from "../../src/settings/issuer-url.ts";
import { SETTINGS } from "../../src/settings/model.ts";
import { Fault } from "../../src/settings/setting.ts";

const setting = issuerUrl();

test("an issuer is kept as it is given", () => {
  for (const issuer of [
    "https://auth.example.com",
    "https://tenant.auth0.com/",
    "https://login.microsoftonline.com/9122040d-6c67-4c5b-b112-36a304b66dad/v2.0",
    "https://auth.example.com:8443/realms/main",
    "http://localhost:8080/realms/main",
    "http://127.0.0.1:8080",
    "http://127.1.2.3",
    "http://[::1]:8080/realms/main",
  ]) {
    assert.equal(setting.parse(issuer, {}), issuer);
  }
});

test("what is no issuer is refused", () => {
  for (const issuer of [
    "",
    "auth.example.com",
    "http://auth.example.com",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://10.0.0.1",
    "ftp://localhost",
    "https://",
    "https://auth.example.com?realm=main",
    "https://auth.example.com/?realm=main",
    "https://auth.example.com#main",
    "https://user:hunter2@auth.example.com",
    "https://auth.example.com:0",
    "https://auth.example.com:nonsense",
    "https://[::1",
    "https://auth.example.com\\@hunter2.example.com",
    "https://auth.example.com/\nhunter2",
    `https://auth.example.com/${"a".repeat(255)}`,
  ]) {
    assert.throws(
      () => setting.parse(issuer, {}),
      (error) => error instanceof Fault && !error.message.includes("hunter2"),
      issuer,
    );
  }
});

test("production refuses plain http even to this machine", () => {
  const { unsafe } = SETTINGS.oidcIssuer;
  for (const issuer of ["http://localhost:8080", "http://127.0.0.1:8080/realms/main"]) {
    assert.equal(unsafe?.(issuer, {}), "must be https://");
  }
  assert.equal(unsafe?.("https://auth.example.com", {}), undefined);
});

test("issuer and audience have to be given", () => {
  for (const { default: known, isOptional } of [SETTINGS.oidcIssuer, SETTINGS.oidcAudience]) {
    assert.deepEqual([known, isOptional], [undefined, undefined]);
  }
});
