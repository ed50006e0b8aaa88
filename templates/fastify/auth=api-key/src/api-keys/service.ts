/** Rules of API keys: who may get one, how long it is valid, and who may revoke it. */

import { record } from "../audit/trail.ts";
import { PERMISSIONS, type Permission } from "../auth/permissions.ts";
import type { Principal } from "../auth/principal.ts";
import { recheck } from "../auth/recheck.ts";
import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import { Conflict, CredentialRefused, Forbidden, NotFound, Unprocessable } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Resources } from "../resources.ts";
import type { User } from "../users/model.ts";
import { UserRepository } from "../users/repository.ts";
import { type IssuedApiKey, KIND } from "./model.ts";
import { ApiKeyRepository } from "./repository.ts";
import { endKeys, lockLineage } from "./revocation.ts";
import type { ApiKeyCreate } from "./schemas.ts";
import { KeySecret } from "./secret.ts";

/** Working keys of an account, and revoked ones that it keeps. */
const MAX_KEYS = 100;

/** What a key is made of. */
export interface NewKey {
  readonly owner: User;
  readonly name: string;
  readonly scopes: Iterable<string>;
  readonly expiresAt?: Date | undefined;
  readonly madeBy?: Principal | undefined;
}

/** Returns the permissions that the caller must have to create a key with these scopes. */
export const neededPermissions = (form: ApiKeyCreate): ReadonlySet<Permission> =>
  new Set<Permission>([...(form.user_id == null ? [] : ["users:write" as const]), ...form.scopes]);

/**
 * Creates a key for the caller, or for the account `user_id`.
 *
 * Throws `Forbidden` for scopes that exceed the caller's or the account's role, and for a key that
 * would outlive the one that creates it.
 */
export const create = async (
  transaction: Transaction,
  resources: Resources,
  principal: Principal,
  form: ApiKeyCreate,
): Promise<IssuedApiKey> => {
  const ownerId = form.user_id?.toLowerCase() ?? principal.user.id;
  const accounts = await new UserRepository(transaction).lockAll([principal.user.id, ownerId]);
  const current = await recheck(transaction, principal, "api_keys:write");
  if (![...neededPermissions(form)].every((permission) => current.may(permission))) {
    throw new Forbidden();
  }
  const owner = accounts.get(ownerId);
  if (owner === undefined) {
    throw new NotFound();
  }
  if (!owner.isActive) {
    throw new Conflict("The account is disabled.");
  }
  const keys = new ApiKeyRepository(transaction);
  if ((await keys.count(owner.id, now())) >= MAX_KEYS) {
    throw new Conflict(`The account already has ${MAX_KEYS} keys: revoke one that is not in use.`);
  }
  if (!new Set<Permission>(form.scopes).isSubsetOf(PERMISSIONS[owner.role])) {
    throw new Forbidden("The scopes exceed the permissions of the account.");
  }
  const expiresAt = await expiryOf(transaction, principal, form);
  // Otherwise, an account that creates and revokes keys all day would take too long to delete.
  await keys.pruneRevoked(owner.id, MAX_KEYS);
  const { name, scopes } = form;
  return issue(transaction, resources, { owner, name, scopes, expiresAt, madeBy: principal });
};

/** Stores a key of an account, whose row is locked or new. */
export const issue = async (
  transaction: Transaction,
  resources: Resources,
  { owner, name, scopes, expiresAt, madeBy }: NewKey,
): Promise<IssuedApiKey> => {
  const secret = new KeySecret(newId());
  const token = {
    id: secret.keyId,
    kind: KIND,
    userId: owner.id,
    familyId: secret.keyId,
    digest: secret.digest(resources.keys),
    scopes: new Set(scopes),
    createdAt: now(),
    expiresAt,
  };
  const key = { token, name, parentId: madeBy?.sessionId };
  await new ApiKeyRepository(transaction).add(key);
  await record(transaction, "api_key.created", {
    actorId: madeBy?.user.id,
    subjectId: owner.id,
    details: { id: token.id },
  });
  return { ...key, text: secret.reveal() };
};

/**
 * Revokes a key of the caller, or any key with `users:write`; others are `NotFound`.
 *
 * A key may always revoke itself. The keys created with it are revoked as well.
 */
export const revoke = async (
  transaction: Transaction,
  principal: Principal,
  keyId: string,
): Promise<void> => {
  const lineage = await lockLineage(transaction, [keyId], principal.user.id);
  const caller =
    keyId === principal.sessionId
      ? principal
      : await recheck(transaction, principal, "api_keys:write");
  const ownerId = caller.may("users:write") ? undefined : caller.user.id;
  const key = await new ApiKeyRepository(transaction).find(keyId, ownerId);
  if (key === undefined || lineage.length === 0) {
    throw new NotFound();
  }
  await endKeys(transaction, lineage, caller.user.id);
};

/** Returns when the new key expires: a stolen key cannot extend its own lifetime. */
const expiryOf = async (
  transaction: Transaction,
  principal: Principal,
  form: ApiKeyCreate,
): Promise<Date | undefined> => {
  const asked = form.expires_at == null ? undefined : new Date(form.expires_at);
  if (asked !== undefined && !(asked > now())) {
    throw new Unprocessable("expires_at", "must be in the future");
  }
  const keys = new ApiKeyRepository(transaction);
  const own = await keys.find(principal.sessionId, principal.user.id);
  if (own === undefined) {
    throw new CredentialRefused();
  }
  const latest = own.token.expiresAt;
  if (latest === undefined || asked === undefined) {
    return asked ?? latest;
  }
  if (asked > latest) {
    throw new Forbidden("The key would expire later than the key that creates it.");
  }
  return asked;
};
