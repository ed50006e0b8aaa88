/** Accounts of the provider's subjects: created by the first valid token, updated by later ones. */

import { record } from "../audit/trail.ts";
import { now } from "../clock.ts";
import { Forbidden } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Resources } from "../resources.ts";
import type { User } from "../users/model.ts";
import * as pages from "../users/pages.ts";
import { UserRepository } from "../users/repository.ts";
import type { AccessToken } from "./access-tokens.ts";
import { LEEWAY_SECONDS } from "./claims.ts";
import { IdentityRepository } from "./identities.ts";
import { hasAccount, type Identity, type KnownIdentity } from "./identity.ts";
import type { Role } from "./permissions.ts";

const LEEWAY_MILLISECONDS = LEEWAY_SECONDS * 1000;
/** What is stored of an account whose newest token gives no role. */
const NO_ROLE: Role = "user";

/**
 * Returns the account of a token; undefined if the token is revoked.
 *
 * One query, except when a token is seen for the first time. Throws `Forbidden` if the token gives
 * no role here.
 */
export const identityOf = async (
  resources: Resources,
  token: AccessToken,
): Promise<KnownIdentity | undefined> => {
  let identity = await find(resources, token);
  if (hasEnded(identity, token)) {
    return undefined;
  }
  if (!hasAccount(identity) && token.role !== undefined) {
    await begin(resources, token, token.role);
    identity = await find(resources, token);
  }
  if (hasAccount(identity) && isNews(identity, token)) {
    await follow(resources, identity.user.id, token);
    identity = await find(resources, token);
  }
  // The token may have been revoked by whatever it waited for.
  if (hasEnded(identity, token)) {
    return undefined;
  }
  if (token.role === undefined) {
    throw new Forbidden("The token grants no role in this service.");
  }
  return hasAccount(identity) ? identity : undefined;
};

const find = (
  { database }: Resources,
  { issuer, subject }: AccessToken,
): Promise<Identity | undefined> =>
  database.reader((reader) => new IdentityRepository(reader).find(issuer, subject));

const hasEnded = (identity: Identity | undefined, { issuedAt }: AccessToken): boolean => {
  if (identity === undefined) {
    return false;
  }
  const { user, isBarred, endedAt } = identity;
  if (user === undefined && isBarred) {
    return true;
  }
  return endedAt !== undefined && issuedAt.getTime() <= endedAt.getTime() + LEEWAY_MILLISECONDS;
};

/** Returns whether a token changes what is stored of its account. */
const isNews = (identity: KnownIdentity, token: AccessToken): boolean =>
  givesRole(identity, token) || endsOthers(identity, token);

/** Returns whether a token is newer than the stored role, or as new with another role. */
const givesRole = ({ user, rolesAsOf }: Identity, { issuedAt, role }: AccessToken): boolean => {
  if (rolesAsOf === undefined || issuedAt > rolesAsOf) {
    return true;
  }
  return issuedAt.getTime() === rolesAsOf.getTime() && user?.role !== (role ?? NO_ROLE);
};

/** Returns whether a token gives no role, and older ones are still valid. */
const endsOthers = ({ endedAt }: Identity, token: AccessToken): boolean =>
  token.role === undefined && (endedAt === undefined || endedAt < justBefore(token));

/** Returns the end of the tokens that are older than one, which is not among them. */
const justBefore = ({ issuedAt }: AccessToken): Date =>
  new Date(issuedAt.getTime() - LEEWAY_MILLISECONDS - 1000);

/** Creates the account of a subject, unless another request is doing so. */
const begin = async (resources: Resources, token: AccessToken, role: Role): Promise<void> => {
  await resources.database.transaction(async (transaction) => {
    const identities = new IdentityRepository(transaction);
    const identity = await identities.claim(token.issuer, token.subject);
    if (identity === undefined || hasEnded(identity, token)) {
      return;
    }
    const users = new UserRepository(transaction);
    const user = newUser(token, role);
    if (!(await users.add(user))) {
      // Never the account with this address: a user who can choose an address at the provider
      // could take over another account.
      await users.add({ ...user, email: noAddress(user.id), emailVerified: false });
    }
    await identities.attach(identity.id, user.id, token.issuedAt);
    await record(transaction, "user.created", { subjectId: user.id, details: { role } });
  });
  await pages.forget(resources);
};

const newUser = ({ email, emailVerified, fullName }: AccessToken, role: Role): User => {
  const id = newId();
  return {
    id,
    email: email ?? noAddress(id),
    fullName,
    role,
    isActive: true,
    emailVerified: email !== undefined && emailVerified,
    createdAt: now(),
  };
};

/** Returns a placeholder for an unknown address, which cannot exist (RFC 2606). */
const noAddress = (userId: string): string => `${userId}@users.invalid`;

/**
 * Stores the role that the provider gives, and as of when; without one, ends the older tokens.
 *
 * The role is shown in lists and the audit trail, and older tokens cannot exceed it.
 */
const follow = async (resources: Resources, userId: string, token: AccessToken): Promise<void> => {
  await resources.database.transaction(async (transaction) => {
    const users = new UserRepository(transaction);
    const identities = new IdentityRepository(transaction);
    const user = await users.lock(userId);
    const identity = await identities.find(token.issuer, token.subject);
    // Meanwhile the account may be gone, or the token revoked.
    if (user === undefined || !hasAccount(identity) || hasEnded(identity, token)) {
      return;
    }
    if (endsOthers(identity, token)) {
      await identities.end(user.id, justBefore(token));
    }
    if (!givesRole(identity, token)) {
      return;
    }
    const role = token.role ?? NO_ROLE;
    await identities.attach(identity.id, user.id, token.issuedAt);
    if (user.role === role) {
      return;
    }
    await users.update(user.id, { role });
    const details = { before: user.role, after: role, by: "provider" };
    await record(transaction, "user.role.changed", { subjectId: user.id, details });
  });
  await pages.forget(resources);
};
