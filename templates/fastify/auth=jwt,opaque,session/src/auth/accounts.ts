/** Accounts with passwords: registration, verification, and checking and changing passwords. */

import { record } from "../audit/trail.ts";
import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import { Forbidden, NotFound, Unauthenticated } from "../errors.ts";
import { newId } from "../ids.ts";
import { sendNotice } from "../mail/handover.ts";
import type { Resources } from "../resources.ts";
import { revokeAll } from "../tokens/revocation.ts";
import type { User } from "../users/model.ts";
import { UserRepository } from "../users/repository.ts";
import type { PasswordChange, PasswordReset, Registration } from "./account-schemas.ts";
import { type Credential, CredentialRepository } from "./credentials.ts";
import { remember } from "./known-clients.ts";
import * as oneTime from "./one-time.ts";
import { checkPassword } from "./password-policy.ts";
import type { Principal } from "./principal.ts";
import { recheck } from "./recheck.ts";
import { verificationRequired } from "./unconfirmed.ts";

export const SIGN_IN_FAILED = "The address or the password is wrong.";
const WRONG_PASSWORD = "The current password is wrong.";

/**
 * Checks and hashes the first password of an account: before a transaction, since it takes long.
 *
 * Done whether the address has an account or not, so that the time does not reveal it.
 */
export const hashFirst = async (resources: Resources, form: Registration): Promise<string> => {
  await checkPassword(resources, "password", form.password, form.email);
  return resources.passwords.hash(form.password);
};

/** Creates an account; returns its id, or undefined if the address already has one. */
export const add = async (
  transaction: Transaction,
  form: Registration,
  passwordHash: string,
): Promise<string | undefined> => {
  const user: User = {
    id: newId(),
    email: form.email,
    fullName: form.fullName,
    role: "user",
    isActive: true,
    emailVerified: false,
    createdAt: now(),
  };
  if (!(await new UserRepository(transaction).add(user))) {
    return undefined;
  }
  await new CredentialRepository(transaction).set(user.id, passwordHash, user.createdAt);
  await record(transaction, "user.registered", { subjectId: user.id });
  return user.id;
};

/** Verifies the address of an account with the token that was mailed to it. */
export const verifyEmail = async (
  transaction: Transaction,
  resources: Resources,
  secret: string,
): Promise<void> => {
  const userId = await oneTime.consume(transaction, resources, oneTime.VERIFY_EMAIL, secret);
  await new UserRepository(transaction).update(userId, { emailVerified: true });
  await record(transaction, "user.email.verified", { actorId: userId, subjectId: userId });
};

/**
 * Sets a new password with the mailed token, and ends every session.
 *
 * The mailed token also verifies the address and makes the client address known: the owner can then
 * sign in from anywhere, however many others are guessing.
 */
export const resetPassword = async (
  resources: Resources,
  form: PasswordReset,
  clientAddress: string | undefined,
): Promise<void> => {
  const kind = oneTime.RESET_PASSWORD;
  const user = await resources.database.reader(async (reader) => {
    const userId = await oneTime.findOwner(reader, resources, kind, form.token);
    return new UserRepository(reader).get(userId);
  });
  if (user === undefined) {
    throw new NotFound();
  }
  const passwordHash = await hashNew(resources, user, form.newPassword);
  await resources.database.transaction(async (transaction) => {
    await oneTime.consume(transaction, resources, kind, form.token);
    await new CredentialRepository(transaction).set(user.id, passwordHash, now());
    await new UserRepository(transaction).update(user.id, { emailVerified: true });
    await revokeAll(transaction, user.id, now());
    await remember(transaction, resources, user, clientAddress);
    await record(transaction, "auth.password.reset", { actorId: user.id, subjectId: user.id });
  });
  await tellOwner(resources, user);
};

/**
 * Changes the password, and keeps the account locked while `endOthers` ends its other sessions.
 *
 * Throws `Forbidden` if the current password is wrong.
 */
export const changingPassword = async <T>(
  resources: Resources,
  principal: Principal,
  form: PasswordChange,
  endOthers: (transaction: Transaction, user: User) => Promise<T>,
): Promise<T> => {
  const found = await resources.database.reader((reader) =>
    new CredentialRepository(reader).get(principal.user.id),
  );
  const currentHash = found?.passwordHash ?? "";
  const { matches } = await resources.passwords.verify(form.currentPassword, currentHash);
  if (!matches) {
    throw new Forbidden(WRONG_PASSWORD);
  }
  const passwordHash = await hashNew(resources, principal.user, form.newPassword);
  const result = await resources.database.transaction(async (transaction) => {
    const { user } = await recheck(transaction, principal, "account:write");
    const credentials = new CredentialRepository(transaction);
    // A reset since the check was meant to lock out whoever knew the old password.
    if (!(await credentials.lockUnchanged(user.id, currentHash))) {
      throw new Forbidden(WRONG_PASSWORD);
    }
    await credentials.set(user.id, passwordHash, now());
    const ended = await endOthers(transaction, user);
    await record(transaction, "auth.password.changed", { actorId: user.id, subjectId: user.id });
    return ended;
  });
  await tellOwner(resources, principal.user);
  return result;
};

/**
 * Returns the account with this address and password, and the hash that matched.
 *
 * `email` is normalised as by `parseUsername`. Throws the same `Unauthenticated`, after about the
 * same time, for a wrong password, an unknown address, a disabled account and an unverified address.
 */
export const provePassword = async (
  resources: Resources,
  email: string,
  password: string,
): Promise<Credential> => {
  const { database, passwords } = resources;
  const found = await database.reader((reader) =>
    new CredentialRepository(reader).findByEmail(email),
  );
  const { user, passwordHash } = found ?? {};
  const { matches, fresh } = await passwords.verify(password, passwordHash);
  if (user === undefined || passwordHash === undefined || !matches || !maySignIn(resources, user)) {
    await recordFailedSignIn(resources, user?.id);
    throw new Unauthenticated(SIGN_IN_FAILED);
  }
  if (fresh === undefined) {
    return { user, passwordHash };
  }
  const replaced = await database.transaction((transaction) =>
    new CredentialRepository(transaction).rehash(user.id, passwordHash, fresh),
  );
  // If not, it has changed since: the password, or the hash by a concurrent sign-in.
  return replaced ? { user, passwordHash: fresh } : provePassword(resources, email, password);
};

/** Records a sign-in that failed; `userId` is the account, if there is one. */
export const recordFailedSignIn = (
  { database }: Resources,
  userId: string | undefined,
): Promise<void> =>
  database.transaction((transaction) =>
    record(transaction, "auth.login.failed", { subjectId: userId }),
  );

const tellOwner = (resources: Resources, user: User): Promise<void> =>
  sendNotice(resources, "sendPasswordChanged", user.email);

/** Checks and hashes a new password: before a transaction, since it takes long. */
const hashNew = async (resources: Resources, user: User, password: string): Promise<string> => {
  await checkPassword(resources, "new_password", password, user.email);
  return resources.passwords.hash(password);
};

const maySignIn = (resources: Resources, user: User): boolean =>
  user.isActive && (user.emailVerified || !verificationRequired(resources.settings));
