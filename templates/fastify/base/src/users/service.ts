/** Rules of accounts: what may be changed, and that an active admin always remains. */

import { record } from "../audit/trail.ts";
import { lockAccounts } from "../auth/locking.ts";
import type { Permission } from "../auth/permissions.ts";
import type { Principal } from "../auth/principal.ts";
import { recheck } from "../auth/recheck.ts";
import { revokeAccess } from "../auth/revocation.ts";
import type { Transaction } from "../database/session.ts";
import { Conflict, NotFound } from "../errors.ts";
import type { User } from "./model.ts";
import { type UserChanges, UserRepository } from "./repository.ts";

/** Changes the caller's own account. */
export const updateProfile = async (
  transaction: Transaction,
  principal: Principal,
  changes: Pick<UserChanges, "fullName">,
): Promise<User> => {
  const { user } = await recheck(transaction, principal, "account:write");
  await new UserRepository(transaction).update(user.id, changes);
  return changed(user, changes);
};

/**
 * Changes the role or status of an account.
 *
 * Throws `NotFound`, and `Conflict` when no active admin would be left.
 */
export const update = async (
  transaction: Transaction,
  principal: Principal,
  userId: string,
  changes: Pick<UserChanges, "role" | "isActive">,
): Promise<User> => {
  const accounts = await lockWithAdmins(transaction, principal, userId);
  await recheck(transaction, principal, "users:write");
  const before = found(accounts.get(userId));
  const after = changed(before, changes);
  if (!isActiveAdmin(after)) {
    keepAnAdmin(accounts.values(), userId);
  }
  await new UserRepository(transaction).update(userId, changes);
  const about = { actorId: principal.user.id, subjectId: userId };
  if (after.role !== before.role) {
    const details = { before: before.role, after: after.role };
    await record(transaction, "user.role.changed", { ...about, details });
  }
  if (before.isActive && !after.isActive) {
    await revokeAccess(transaction, userId, { by: principal.user.id });
    await record(transaction, "user.disabled", about);
  }
  if (after.isActive && !before.isActive) {
    await record(transaction, "user.enabled", about);
  }
  return after;
};

/** Ends all access to an account that is open now; throws `NotFound`. */
export const endAccess = async (
  transaction: Transaction,
  principal: Principal,
  userId: string,
): Promise<void> => {
  const accounts = await lockAccounts(transaction, userId, [principal.user.id]);
  await recheck(transaction, principal, "users:write");
  found(accounts.get(userId));
  await revokeAccess(transaction, userId, { by: principal.user.id });
  const about = { actorId: principal.user.id, subjectId: userId };
  await record(transaction, "user.sessions.ended", about);
};

/** Deletes the caller's account; throws `Conflict` when no active admin would be left. */
export const deleteOwn = async (transaction: Transaction, principal: Principal): Promise<void> =>
  await deleteAs(transaction, principal, principal.user.id, "account:write");

/** Deletes an account; throws `NotFound`, and `Conflict` when no active admin would be left. */
export const deleteUser = async (
  transaction: Transaction,
  principal: Principal,
  userId: string,
): Promise<void> => await deleteAs(transaction, principal, userId, "users:delete");

const deleteAs = async (
  transaction: Transaction,
  principal: Principal,
  userId: string,
  permission: Permission,
): Promise<void> => {
  const accounts = await lockWithAdmins(transaction, principal, userId);
  await recheck(transaction, principal, permission);
  found(accounts.get(userId));
  keepAnAdmin(accounts.values(), userId);
  await revokeAccess(transaction, userId, { by: principal.user.id });
  await new UserRepository(transaction).delete(userId);
  const about = { actorId: principal.user.id, subjectId: userId };
  await record(transaction, "user.deleted", about);
};

/** Locks an account, the caller's and all active admins': two must not remove each other. */
const lockWithAdmins = async (
  transaction: Transaction,
  principal: Principal,
  userId: string,
): Promise<ReadonlyMap<string, User>> => {
  const admins = await new UserRepository(transaction).activeAdmins();
  return await lockAccounts(transaction, userId, [principal.user.id, ...admins]);
};

const isActiveAdmin = (user: User): boolean => user.role === "admin" && user.isActive;

const keepAnAdmin = (locked: Iterable<User>, userId: string): void => {
  const admins = [...locked].filter(isActiveAdmin);
  if (admins.length === 1 && admins[0]?.id === userId) {
    throw new Conflict("The last active admin cannot be demoted, disabled or deleted.");
  }
};

const found = (user: User | undefined): User => {
  if (user === undefined) {
    throw new NotFound();
  }
  return user;
};

/** A change that is undefined was not asked for. */
const changed = (user: User, changes: UserChanges): User => ({
  ...user,
  ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)),
});
