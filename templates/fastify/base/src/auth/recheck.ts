/** Repeats the authorization of the caller after an action has waited for locks. */

import type { Transaction } from "../database/session.ts";
import { CredentialRefused, Forbidden } from "../errors.ts";
import { UserRepository } from "../users/repository.ts";
import type { Permission } from "./permissions.ts";
import { Principal } from "./principal.ts";
import { hasEnded } from "./revocation.ts";

/**
 * Locks the caller's account and returns the caller as it is now.
 *
 * Every change begins with this: while a request waits for a lock, its caller may be demoted,
 * disabled or signed out (CWE-367). It then throws `CredentialRefused` or `Forbidden`. An action
 * that also locks other accounts first locks all of them with `UserRepository.lockAll`.
 */
export const recheck = async (
  transaction: Transaction,
  principal: Principal,
  permission: Permission,
): Promise<Principal> => {
  const user = await new UserRepository(transaction).lock(principal.user.id);
  if (!user?.isActive || (await hasEnded(transaction, principal))) {
    throw new CredentialRefused();
  }
  const current = new Principal({ ...principal, user });
  if (!current.may(permission)) {
    throw new Forbidden();
  }
  return current;
};
