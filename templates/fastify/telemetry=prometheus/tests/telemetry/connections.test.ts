/** Database connections are counted while they are taken. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { newId } from "../../src/ids.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { measuredService } from "../support/metrics.ts";

const inUse = async (port: number): Promise<string | undefined> => {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  return /^database_connections_in_use (\d+)$/m.exec(await answer.text())?.[1];
};

test("a connection is counted while it is taken", async (t) => {
  const { resources, metricsPort } = await measuredService(t);
  const { database } = resources;
  assert.equal(await inUse(metricsPort), "0");
  await database.transaction(async (transaction) => {
    await new UserRepository(transaction).get(newId());
    assert.equal(await inUse(metricsPort), "1");
  });
  assert.equal(await inUse(metricsPort), "0");
  await database.reader((reader) => new UserRepository(reader).get(newId()));
  assert.equal(await inUse(metricsPort), "0");
});

test("it is given back by what fails", async (t) => {
  const { resources, metricsPort } = await measuredService(t);
  const failing = resources.database.transaction(async (transaction) => {
    await new UserRepository(transaction).get(newId());
    throw new RangeError();
  });
  await assert.rejects(failing, RangeError);
  assert.equal(await inUse(metricsPort), "0");
});
