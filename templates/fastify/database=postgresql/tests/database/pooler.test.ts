/** Behind a pooler that lends a connection for one transaction, such as PgBouncer. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { describeFailure } from "../../src/database/failures.ts";
import { SettingsError } from "../../src/settings/index.ts";
import { run } from "../support/command.ts";
import { emptyDatabase } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { execute } from "../support/queries.ts";
import { settingsFor, startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

const ME = "/api/v1/users/me";
const COMPLAIN_OF_WHAT_IS_KEPT = `
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_prepared_statements)
        OR EXISTS (SELECT FROM pg_settings WHERE source = 'session' AND name !~ '^transaction_')
        OR EXISTS (SELECT FROM pg_settings WHERE source = 'client' AND name ~ 'timeout$')
        OR EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory')
    THEN RAISE EXCEPTION 'the session keeps something'; END IF;
END $$
`;

const use = async (t: TestContext, pooler: string): Promise<void> => {
  const settings = {
    DATABASE_POOL_SIZE: "1",
    DATABASE_MAX_OVERFLOW: "0",
    DATABASE_POOLER: pooler,
  };
  const service = await startService(t, settings);
  const { client } = await signUp(service);
  assert.equal((await client.patch(ME, { json: { full_name: "New" } })).statusCode, 200);
  assert.equal((await client.get(ME)).json().full_name, "New");
  await execute(service.resources, COMPLAIN_OF_WHAT_IS_KEPT);
};

test("nothing is kept in a session", async (t) => {
  await use(t, "transaction");
});

test("without a pooler statements are kept", async (t) => {
  await assert.rejects(use(t, "none"), (error) => {
    assert.match(describeFailure(error), /keeps something/);
    return true;
  });
});

test("migrating asks for the way past the pooler", async (t) => {
  const database = await emptyDatabase();
  t.after(() => database.drop());
  const variables = {
    ...ENVIRONMENT,
    DATABASE_URL: database.ownerUrl,
    DATABASE_POOLER: "transaction",
  };
  const refused = await run(["migrate"], variables);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /MIGRATION_DATABASE_URL: is required to migrate/);
  const past = { ...variables, MIGRATION_DATABASE_URL: database.ownerUrl };
  assert.equal((await run(["migrate"], past)).code, 0);
});

test("what would be of a session is refused", () => {
  for (const option of ["search_path=elsewhere", "statement_timeout=1000"]) {
    const url = `postgresql://u:p@h/db?application_name=a&${option}`;
    assert.throws(
      () => settingsFor(url, { DATABASE_POOLER: "transaction" }),
      (error) => {
        assert.ok(error instanceof SettingsError);
        assert.match(error.message, /DATABASE_URL: cannot set \w+ through a pooler/);
        return true;
      },
    );
    settingsFor(url);
    settingsFor("postgresql://u:p@h/db", {
      MIGRATION_DATABASE_URL: url,
      DATABASE_POOLER: "transaction",
    });
  }
});
