/** Expired credentials. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { now } from "../../src/clock.ts";
import { newId } from "../../src/ids.ts";
import { purgeTokens } from "../../src/tokens/expiry.ts";
import { TokenRepository } from "../../src/tokens/repository.ts";
import { digest, newSecret, type Token } from "../../src/tokens/token.ts";
import { makeUser } from "../support/factories.ts";
import { startService } from "../support/service.ts";
import { storedDigests } from "../support/stored-tokens.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

test("expired credentials are deleted and no others", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  const at = now().getTime();
  const ages = [-DAY, -1_000, MINUTE, undefined];
  const tokens: Token[] = ages.map((age) => ({
    id: newId(),
    kind: "test",
    userId: user.id,
    familyId: newId(),
    digest: digest(newSecret()),
    createdAt: new Date(at - 2 * DAY),
    expiresAt: age === undefined ? undefined : new Date(at + age),
  }));
  const { database } = resources;
  await database.transaction(async (transaction) => {
    for (const token of tokens) {
      await new TokenRepository(transaction).add(token);
    }
  });
  const counts: number[] = [];
  for (let run = 0; run < 3; run++) {
    const purge = database.transaction((transaction) =>
      purgeTokens(transaction, resources.settings, 1),
    );
    counts.push(await purge);
  }
  assert.deepEqual(counts, [1, 1, 0]);
  const left = await storedDigests(resources, user.id);
  assert.deepEqual(
    tokens.map((token) => left.some((digest) => digest.equals(token.digest))),
    [false, false, true, true],
  );
});
