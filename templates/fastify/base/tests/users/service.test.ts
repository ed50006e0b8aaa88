/** Rules of accounts under concurrency. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { User } from "../../src/users/model.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { findUser } from "../support/factories.ts";
import { type Service, startService } from "../support/service.ts";
import { type Caller, signUp } from "../support/sign-up.ts";

const USERS = "/api/v1/users";

type Removal = readonly ["PATCH" | "DELETE", object | undefined];

// Ways in which an admin goes.
const WAYS: Readonly<Record<string, Removal>> = {
  disabled: ["PATCH", { is_active: false }],
  deleted: ["DELETE", undefined],
};

const remainingAdmins = async (service: Service, ...users: readonly User[]): Promise<number> => {
  const found = await Promise.all(users.map((user) => findUser(service.resources, user)));
  return found.filter((user) => user?.role === "admin" && user.isActive).length;
};

const remove = (caller: Caller, target: Caller, [method, json]: Removal) =>
  caller.client.request(method, `${USERS}/${target.user.id}`, { json });

test("of two admins removed concurrently one remains", async (t) => {
  for (const ofEachOther of [true, false]) {
    for (const [name, first] of Object.entries(WAYS)) {
      for (const [otherName, second] of Object.entries(WAYS)) {
        const who = ofEachOther ? "each other" : "themselves";
        await t.test(`${who}, ${name} and ${otherName}`, async (t) => {
          const service = await startService(t);
          const [one, two] = [await signUp(service, "admin"), await signUp(service, "admin")];
          const locked = Promise.withResolvers<void>();
          const release = Promise.withResolvers<void>();
          const holding = service.resources.database.transaction(async (transaction) => {
            await new UserRepository(transaction).lockAll([one.user.id, two.user.id]);
            locked.resolve();
            await release.promise;
          });
          await locked.promise;
          let done = 0;
          const attempts = [
            remove(one, ofEachOther ? two : one, first),
            remove(two, ofEachOther ? one : two, second),
          ].map(async (attempt) => {
            const { statusCode } = await attempt;
            done += 1;
            return statusCode;
          });
          await setTimeout(100);
          assert.equal(done, 0);
          release.resolve();
          await holding;
          const [kept, refused] = (await Promise.all(attempts)).toSorted();
          assert.ok(kept === 200 || kept === 204, String(kept));
          assert.equal(refused, ofEachOther ? 401 : 409);
          assert.equal(await remainingAdmins(service, one.user, two.user), 1);
        });
      }
    }
  }
});
