/** Accounts whose password the tests know. */

import assert from "node:assert/strict";
import { CredentialRepository } from "../../src/auth/credentials.ts";
import { now } from "../../src/clock.ts";
import type { Resources } from "../../src/resources.ts";
import type { User } from "../../src/users/model.ts";
import { hashWeaker } from "./hashing.ts";

export const PASSWORD = "correct horse battery staple";
export const OTHER_PASSWORD = "a quite different passphrase";

let usualHash: Promise<string> | undefined;

/** Lets an account sign in with a password. */
export const givePassword = async (
  resources: Resources,
  user: User,
  password = PASSWORD,
): Promise<void> => giveHash(resources, user, await resources.passwords.hash(password));

/** Lets an account sign in with `PASSWORD`, which is hashed for the first of them alone. */
export const giveUsualPassword = async (resources: Resources, user: User): Promise<void> => {
  usualHash ??= resources.passwords.hash(PASSWORD);
  await giveHash(resources, user, await usualHash);
};

/** Lets an account sign in with `PASSWORD`, hashed the way an earlier version did. */
export const giveWeakerPassword = async (resources: Resources, user: User): Promise<void> =>
  giveHash(resources, user, await hashWeaker(PASSWORD));

/** Stores whatever is given as the hash of an account's password. */
export const giveHash = (resources: Resources, user: User, passwordHash: string): Promise<void> =>
  resources.database.transaction((transaction) =>
    new CredentialRepository(transaction).set(user.id, passwordHash, now()),
  );

/** Reads the hash of an account's password as it is now. */
export const storedHash = async (resources: Resources, user: User): Promise<string> => {
  const found = await resources.database.reader((reader) =>
    new CredentialRepository(reader).get(user.id),
  );
  assert.ok(found);
  return found.passwordHash;
};
