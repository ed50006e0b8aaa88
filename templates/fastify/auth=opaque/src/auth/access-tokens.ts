/** Access tokens: random references to stored sessions and scopes. */

import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import { newId } from "../ids.ts";
import type { Resources } from "../resources.ts";
import { TokenRepository } from "../tokens/repository.ts";
import { digest, newSecret, type Token } from "../tokens/token.ts";
import { Principal } from "./principal.ts";
import { accessLifetime } from "./refresh-tokens.ts";

export const ACCESS = "access";

/** Stores the refresh token and the access token of a session; returns the latter's secret. */
export const issueAccessToken = async (
  transaction: Transaction,
  resources: Resources,
  refreshToken: Token,
  scopes: ReadonlySet<string> | undefined,
): Promise<string> => {
  const secret = newSecret();
  const lifetime = accessLifetime(resources.settings, refreshToken) * 1000;
  const tokens = new TokenRepository(transaction);
  await tokens.add(refreshToken);
  await tokens.add({
    ...refreshToken,
    id: newId(),
    kind: ACCESS,
    digest: digest(secret),
    scopes,
    expiresAt: new Date(refreshToken.createdAt.getTime() + lifetime),
  });
  return secret;
};

/**
 * Returns the principal of an access token; undefined unless token and account are valid.
 *
 * One query for both, so signing out and demoting take effect immediately.
 */
export const findPrincipal = async (
  resources: Resources,
  secret: string,
): Promise<Principal | undefined> => {
  const found = await resources.database.reader((reader) =>
    new TokenRepository(reader).findAlive(ACCESS, { digest: digest(secret) }, now()),
  );
  if (found === undefined) {
    return undefined;
  }
  const { token, user } = found;
  const { familyId, scopes, signedInAt } = token;
  return new Principal({ user, sessionId: familyId, scopes, signedInAt });
};
