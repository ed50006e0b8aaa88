/** What is particular to `DATABASE_URL` of PostgreSQL. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { clientConfig } from "../../src/database/connection.ts";
import { settingsFor } from "../support/service.ts";

test("any other scheme is refused", () => {
  for (const scheme of ["postgres", "postgresql+asyncpg", "mysql"]) {
    const load = () => settingsFor(`${scheme}://u:p@h/db`);
    assert.throws(load, /DATABASE_URL: must look like postgresql:\/\//);
  }
});

test("options are taken by the names that libpq has for them", () => {
  for (const options of [
    `sslmode=verify-full&sslrootcert=${import.meta.filename}`,
    "application_name=a%20b",
  ]) {
    const url = `postgresql://u:p@h/db?${options}`;
    assert.equal(settingsFor(url).databaseUrl.reveal(), url);
  }
});

test("any other option is refused", () => {
  for (const options of [
    "ssl=require",
    "SSLMODE=require",
    "sslmode",
    "sslmode=",
    "statement_cache_size=0",
  ]) {
    const load = () => settingsFor(`postgresql://u:p@h/db?${options}`);
    assert.throws(load, /DATABASE_URL: takes these options/);
  }
});

test("a file that cannot be read is refused", () => {
  for (const name of ["sslrootcert", "sslcert", "sslkey"]) {
    const load = () =>
      settingsFor(`postgresql://u:p@h/db?sslmode=verify-full&${name}=/no/such.pem`);
    assert.throws(load, new RegExp(`DATABASE_URL: the file of ${name} cannot be read`));
  }
});

test("a limit that the server could not read is refused", () => {
  for (const limit of ["soon", "-1", "1.5", "20 s", "20sec", "1e9", "99999999999"]) {
    const load = () => settingsFor(`postgresql://u:p@h/db?statement_timeout=${limit}`);
    assert.throws(load, /DATABASE_URL: statement_timeout must be milliseconds/);
  }
});

test("a misspelt mode of TLS is refused", () => {
  const load = () => settingsFor("postgresql://u:p@h/db?sslmode=required");
  assert.throws(load, /DATABASE_URL: sslmode must be one of/);
});

test("production refuses a mode that may not encrypt", () => {
  const url = "postgresql://service:c7Hq1ZtXv0LkR9sE@db.example.com/service?sslmode=";
  for (const mode of ["disable", "allow", "prefer"]) {
    const load = () => settingsFor(url + mode, { ENVIRONMENT: "production" });
    assert.throws(load, /DATABASE_URL: is on another machine/);
  }
});

test("a mode that encrypts always does, and the others of TLS know the server", () => {
  const ssl = (mode: string) => clientConfig(`postgresql://u:p@h/db?sslmode=${mode}`).ssl;
  for (const mode of ["disable", "allow", "prefer"]) {
    assert.equal(ssl(mode), false);
  }
  const verified = ["verify-ca", "verify-full"].map(ssl);
  for (const options of verified) {
    assert.ok(typeof options === "object" && options.rejectUnauthorized === true);
  }
  const full = ssl("verify-full");
  assert.ok(typeof full === "object" && full.checkServerIdentity === undefined);
});

test("the parts of a URL are decoded", () => {
  const config = clientConfig("postgresql://a%40b:p%2Fw@[::1]:5433/my%20db?search_path=a%20b");
  assert.equal(config.user, "a@b");
  assert.equal(config.password, "p/w");
  assert.equal(config.host, "::1");
  assert.equal(config.port, 5433);
  assert.equal(config.database, "my db");
  assert.equal(config.options, "-c search_path=a\\ b");
  assert.equal(clientConfig("postgresql:///db").host, "/var/run/postgresql");
});
