/** `DATABASE_URL` of SQLite: what it looks like, and that production refuses it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { settingsFor } from "../support/service.ts";

test("a file is taken", () => {
  for (const url of ["sqlite:///./app.db", "sqlite:////var/lib/app.db"]) {
    assert.equal(settingsFor(url).databaseUrl.reveal(), url);
  }
});

test("anything else is refused", () => {
  for (const url of [
    "",
    "app.db",
    "sqlite://",
    "sqlite:///",
    "sqlite:///:memory:",
    "postgresql://u:p@h/db",
  ]) {
    assert.throws(() => settingsFor(url), /DATABASE_URL: must look like sqlite:\/\/\//);
  }
});

test("production refuses every file, for migrations too", () => {
  const file = "sqlite:///./app.db";
  const load = () => settingsFor(file, { ENVIRONMENT: "production", MIGRATION_DATABASE_URL: file });
  assert.throws(load, (error: Error) => {
    assert.match(error.message, /^DATABASE_URL: is SQLite/m);
    assert.match(error.message, /^MIGRATION_DATABASE_URL: is SQLite/m);
    return true;
  });
});
