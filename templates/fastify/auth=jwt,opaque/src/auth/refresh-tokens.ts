/** Refresh tokens: a session lasts as long as a token of its family can be used. */

import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import { newId } from "../ids.ts";
import type { Settings } from "../settings/index.ts";
import { consumeToken, findToken } from "../tokens/redemption.ts";
import { supersede } from "../tokens/rotation.ts";
import { digest, newSecret, type Token } from "../tokens/token.ts";

export const REFRESH = "refresh";

/** A token as it is stored, and its secret. */
export interface NewToken {
  readonly token: Token;
  readonly secret: string;
}

/** What the first token of a session is made of. */
export interface Begun {
  readonly userId: string;
  readonly scopes: ReadonlySet<string> | undefined;
  readonly clientAddress: string | undefined;
}

/** Creates the first token of a family. */
export const makeFirstToken = (settings: Settings, begun: Begun): NewToken => {
  const secret = newSecret();
  const at = now();
  const token = {
    ...begun,
    id: newId(),
    kind: REFRESH,
    familyId: newId(),
    digest: digest(secret),
    createdAt: at,
    expiresAt: endOf(settings, at, at),
    signedInAt: at,
  };
  return { token, secret };
};

/** Creates the successor of a token; it keeps the sign-in time of the family. */
export const makeNextToken = (settings: Settings, token: Token): NewToken => {
  const secret = newSecret();
  const at = now();
  const following = {
    ...token,
    id: newId(),
    digest: digest(secret),
    createdAt: at,
    expiresAt: endOf(settings, at, token.signedInAt ?? token.createdAt),
    lastUsedAt: undefined,
    revokedAt: undefined,
  };
  return { token: following, secret };
};

/** Returns the lifetime of an access token, in seconds: not longer than the session. */
export const accessLifetime = (settings: Settings, token: Token): number => {
  const left = (token.expiresAt ?? token.createdAt).getTime() - token.createdAt.getTime();
  return Math.min(settings.accessTokenTtlSeconds, left / 1000);
};

/**
 * Uses a token; returns false if it cannot be used (again). Its owner is locked.
 *
 * The token before the newest may be used again for `REFRESH_REUSE_LEEWAY_SECONDS`: the response to
 * its first use may have been lost. What is stored of the tokens in that response is revoked, so that
 * only one of two holders can continue.
 */
export const use = async (
  transaction: Transaction,
  settings: Settings,
  token: Token,
  at: Date,
): Promise<boolean> => {
  if (await consumeToken(transaction, token.id, at)) {
    return true;
  }
  const used = await findToken(transaction, REFRESH, [token.digest]);
  if (used?.lastUsedAt === undefined) {
    return false;
  }
  const milliseconds = at.getTime() - used.lastUsedAt.getTime();
  if (milliseconds >= settings.refreshReuseLeewaySeconds * 1000) {
    return false;
  }
  return supersede(transaction, used, at);
};

const endOf = (settings: Settings, at: Date, signedInAt: Date): Date =>
  new Date(
    Math.min(
      at.getTime() + settings.refreshTokenTtlSeconds * 1000,
      signedInAt.getTime() + settings.refreshAbsoluteTtlSeconds * 1000,
    ),
  );
