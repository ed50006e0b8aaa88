/** Mailed single-use tokens (OWASP Forgot Password Cheat Sheet). */

import { now } from "../clock.ts";
import type { Session, Transaction } from "../database/session.ts";
import { Unprocessable } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Resources } from "../resources.ts";
import { consumeToken, findToken } from "../tokens/redemption.ts";
import { TokenRepository } from "../tokens/repository.ts";
import { revokeKind } from "../tokens/revocation.ts";
import { newSecret } from "../tokens/token.ts";
import { UserRepository } from "../users/repository.ts";

export const VERIFY_EMAIL = "verify_email";
export const RESET_PASSWORD = "reset_password";
const MINUTE = 60_000;
const LIFETIMES = { [VERIFY_EMAIL]: 24 * 60 * MINUTE, [RESET_PASSWORD]: 30 * MINUTE };
const PURPOSE = "one-time-token";

export type OneTimeKind = keyof typeof LIFETIMES;

/** A mailed code is unknown, was used, or has expired. */
class CodeRefused extends Unprocessable {
  override readonly refuses = "credential";

  constructor() {
    super("token", "is not valid, or not any more");
  }
}

/**
 * Generates a token for a purpose and returns its secret. Invalidates the previous one.
 *
 * Only its keyed hash is stored.
 */
export const issue = async (
  transaction: Transaction,
  resources: Resources,
  kind: OneTimeKind,
  userId: string,
): Promise<string> => {
  await new UserRepository(transaction).lock(userId);
  const secret = newSecret();
  const at = now();
  await revokeKind(transaction, userId, kind, at);
  await new TokenRepository(transaction).add({
    id: newId(),
    kind,
    userId,
    familyId: newId(),
    digest: resources.keys.mac(PURPOSE, secret),
    createdAt: at,
    expiresAt: new Date(at.getTime() + LIFETIMES[kind]),
  });
  return secret;
};

/** Returns the owner of a token, used or not; throws `Unprocessable` if it is unknown. */
export const findOwner = async (
  reader: Session,
  resources: Resources,
  kind: OneTimeKind,
  secret: string,
): Promise<string> => {
  const token = await findToken(reader, kind, digestsOf(resources, secret));
  if (token === undefined) {
    throw new CodeRefused();
  }
  return token.userId;
};

/** Uses a token and returns its owner; throws `Unprocessable` if it cannot be used. */
export const consume = async (
  transaction: Transaction,
  resources: Resources,
  kind: OneTimeKind,
  secret: string,
): Promise<string> => {
  const token = await findToken(transaction, kind, digestsOf(resources, secret));
  if (token === undefined) {
    throw new CodeRefused();
  }
  await new UserRepository(transaction).lock(token.userId);
  if (!(await consumeToken(transaction, token.id, now()))) {
    throw new CodeRefused();
  }
  return token.userId;
};

const digestsOf = (resources: Resources, secret: string): readonly Buffer[] =>
  resources.keys.macs(PURPOSE, secret);
