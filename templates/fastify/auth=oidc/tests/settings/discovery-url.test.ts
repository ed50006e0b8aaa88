/** OIDC_DISCOVERY_URL: another address of the same provider. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { discoveryUrl } from "../../src/settings/discovery-url.ts";
import { SETTINGS } from "../../src/settings/model.ts";
import { Fault } from "../../src/settings/setting.ts";

const PATH = "/.well-known/openid-configuration";
const setting = discoveryUrl();

test("a URL is kept as it is given", () => {
  for (const url of [
    "",
    `https://auth.internal:8443/realms/main${PATH}`,
    `https://login.microsoftonline.com/common/v2.0${PATH}?appid=9122040d`,
    `http://localhost:8080/realms/main${PATH}`,
  ]) {
    assert.equal(setting.parse(url, {}), url);
  }
});

test("what the service must not ask is refused", () => {
  for (const url of [
    `http://keycloak:8080/realms/main${PATH}`,
    `https://user:hunter2@auth.internal${PATH}`,
    `https://auth.internal${PATH}#main`,
    "auth.internal",
    "file:///etc/passwd",
    "https://[::1",
  ]) {
    assert.throws(
      () => setting.parse(url, {}),
      (error) => error instanceof Fault && !error.message.includes("hunter2"),
      url,
    );
  }
});

test("production refuses plain http even to this machine", () => {
  const { unsafe } = SETTINGS.oidcDiscoveryUrl;
  assert.equal(unsafe?.(`http://localhost${PATH}`, {}), "must be https://");
  assert.equal(unsafe?.("", {}), undefined);
});
