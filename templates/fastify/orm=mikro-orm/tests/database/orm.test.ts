/** What MikroORM needs to be told. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { FRESH, LOCKED } from "../../src/database/session.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { users } from "../../src/users/table.ts";
import { makeUser } from "../support/factories.ts";
import { recordedStatements } from "../support/queries.ts";
import { startService } from "../support/service.ts";

test("values are handed over apart from their statement", async (t) => {
  const { resources } = await startService(t);
  const fullName = "'; DROP TABLE users; -- ? ?? \\?";
  const statements = await recordedStatements(async () => {
    const user = await makeUser(resources, { fullName });
    const found = await resources.database.reader((reader) =>
      new UserRepository(reader).getByEmail(user.email),
    );
    assert.deepEqual(found, user);
  });
  assert.ok(statements.length >= 2);
  for (const statement of statements) {
    assert.doesNotMatch(statement, /DROP TABLE|@|true/);
  }
});

test("a row that is read again is what the database has now", async (t) => {
  const { resources } = await startService(t);
  const { id } = await makeUser(resources);
  await resources.database.transaction(async (transaction) => {
    assert.ok(await transaction.findOne(users, { id }, FRESH));
    await new UserRepository(transaction).update(id, { fullName: "Changed" });
    assert.equal((await transaction.findOne(users, { id }, FRESH))?.fullName, "Changed");
    assert.equal((await transaction.findOne(users, { id }, LOCKED))?.fullName, "Changed");
  });
});

test("a reader in the midst of a transaction is not a part of it", async (t) => {
  const { resources } = await startService(t);
  const { id } = await makeUser(resources);
  await resources.database.transaction(async (transaction) => {
    await new UserRepository(transaction).update(id, { isActive: false });
    const read = await resources.database.reader((reader) => new UserRepository(reader).get(id));
    assert.equal(read?.isActive, true);
  });
});
