/** Administrators create accounts; there is no registration. */

import { record } from "../audit/trail.ts";
import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import { Conflict } from "../errors.ts";
import { newId } from "../ids.ts";
import type { User } from "../users/model.ts";
import { UserRepository } from "../users/repository.ts";
import type { NewAccount } from "./account-schemas.ts";
import type { Principal } from "./principal.ts";
import { recheck } from "./recheck.ts";

/** Creates an account; throws `Conflict` if the address already has one. */
export const create = async (
  transaction: Transaction,
  principal: Principal,
  form: NewAccount,
): Promise<User> => {
  await recheck(transaction, principal, "users:write");
  return add(transaction, form, principal.user.id);
};

/** Creates an account without a key; throws `Conflict` if the address already has an account. */
export const add = async (
  transaction: Transaction,
  form: NewAccount,
  actorId?: string,
): Promise<User> => {
  const user: User = {
    ...form,
    id: newId(),
    isActive: true,
    emailVerified: false,
    createdAt: now(),
  };
  if (!(await new UserRepository(transaction).add(user))) {
    throw new Conflict("An account with this address already exists.");
  }
  const details = { role: user.role };
  await record(transaction, "user.created", { actorId, subjectId: user.id, details });
  return user;
};
