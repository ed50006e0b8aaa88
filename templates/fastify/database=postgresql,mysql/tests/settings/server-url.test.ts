/** `DATABASE_URL` of a server: what it looks like, and which passwords production refuses. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { SettingsError } from "../../src/settings/index.ts";
import { OVER_TLS, SCHEME } from "../support/database.ts";
import { settingsFor, type Variables } from "../support/service.ts";

const PASSWORD = "c7Hq1ZtXv0LkR9sE";
const SAFE = `${SCHEME}://service:${PASSWORD}@db.example.com/service?${OVER_TLS}`;
const PRODUCTION = { ENVIRONMENT: "production" };

const faultOf = (url: string, settings: Variables = PRODUCTION): string => {
  try {
    settingsFor(url, settings);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    assert.equal(error.faults.length, 1, error.message);
    return error.faults[0] ?? "";
  }
  assert.fail(`${url} was taken`);
};

test("a server is taken", () => {
  for (const rest of ["/service", "u@h/db", "[::1]/db", "h:1/db"]) {
    const url = `${SCHEME}://${rest}`;
    assert.equal(settingsFor(url).databaseUrl.reveal(), url);
  }
});

test("anything else is refused", () => {
  const others = [
    "",
    "db.example.com",
    "http://u:p@h/db",
    `${SCHEME}+driver://u:p@h/db`,
    `${SCHEME}://u:p@h`,
    `${SCHEME}://u:p@h/`,
    `${SCHEME}://u:p@h:port/db`,
    `${SCHEME}://u:p@h:0/db`,
    `${SCHEME}://u:p@h:99999/db`,
    `${SCHEME}://[::1/db`,
    `${SCHEME}://u:%zz@h/db`,
  ];
  for (const url of others) {
    assert.ok(faultOf(url, {}).startsWith(`DATABASE_URL: must look like ${SCHEME}://`), url);
  }
});

test("production takes a password of its own", () => {
  assert.equal(settingsFor(SAFE, PRODUCTION).databaseUrl.reveal(), SAFE);
});

test("production refuses no password", () => {
  for (const rest of ["service@h/db", "service:@h/db", "/db"]) {
    assert.equal(faultOf(`${SCHEME}://${rest}`), "DATABASE_URL: has no password");
  }
});

test("production refuses a well-known password", () => {
  const known = [
    ...["Password", "changeme", "secret", "service", "p%61ssword", "root"],
    ...["postgres", "MySQL", "mariadb", "oracle", "sa", "foobared", "Passw0rd!", "123456"],
  ];
  for (const password of known) {
    const url = `${SCHEME}://service:${password}@h/db`;
    assert.equal(faultOf(url), "DATABASE_URL: has a well-known password", password);
  }
});

test("production refuses another machine without TLS", () => {
  for (const host of ["db.example.com", "my_db", "10.0.0.5", "[2001:db8::1]:5432"]) {
    const url = `${SCHEME}://service:${PASSWORD}@${host}/service`;
    const fault = faultOf(url);
    assert.match(fault, /^DATABASE_URL: is on another machine and allows connections without/);
    assert.ok(!fault.includes(PASSWORD));
    settingsFor(url, { ENVIRONMENT: "staging" });
    settingsFor(`${url}?${OVER_TLS}`, PRODUCTION);
    settingsFor(url, { ...PRODUCTION, ALLOW_PLAINTEXT_BACKENDS: "true" });
  }
});

test("nothing has to be encrypted within a machine", () => {
  for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
    settingsFor(`${SCHEME}://service:${PASSWORD}@${host}/service`, PRODUCTION);
  }
});

test("production asks the same of the role for migrations", () => {
  const owner = `${SCHEME}://owner:secret@h/db?${OVER_TLS}`;
  const fault = faultOf(SAFE, { ...PRODUCTION, MIGRATION_DATABASE_URL: owner });
  assert.equal(fault, "MIGRATION_DATABASE_URL: has a well-known password");
});
