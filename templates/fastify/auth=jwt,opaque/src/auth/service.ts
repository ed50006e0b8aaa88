/** Sessions of bearer tokens: one family of refresh tokens for each sign-in (RFC 9700, 4.14). */

import { record } from "../audit/trail.ts";
import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import { Unauthenticated } from "../errors.ts";
import type { Static } from "../json-schema.ts";
import { sendNotice } from "../mail/handover.ts";
import type { Resources } from "../resources.ts";
import { findToken } from "../tokens/redemption.ts";
import { revokeAll, revokeFamily } from "../tokens/revocation.ts";
import { digest, type Token } from "../tokens/token.ts";
import type { User } from "../users/model.ts";
import { UserRepository } from "../users/repository.ts";
import { findPrincipal, issueAccessToken } from "./access-tokens.ts";
import type { PasswordChange } from "./account-schemas.ts";
import * as accounts from "./accounts.ts";
import { ScopeRefused } from "./oauth.ts";
import { VERIFY_EMAIL } from "./one-time.ts";
import { PERMISSIONS } from "./permissions.ts";
import type { Principal } from "./principal.ts";
import {
  accessLifetime,
  makeFirstToken,
  makeNextToken,
  type NewToken,
  REFRESH,
  use,
} from "./refresh-tokens.ts";
import type { TokenPair } from "./schemas.ts";
import * as sessions from "./sessions.ts";

type Pair = Static<typeof TokenPair>;
type Scopes = ReadonlySet<string>;

/** Begins a session; throws `Unauthenticated`, or `OAuthError` for a scope beyond the role. */
export const signIn = (
  resources: Resources,
  attempt: sessions.SignInAttempt,
  scope: string,
): Promise<Pair> =>
  sessions.begin(resources, attempt, async (transaction, user) => {
    const scopes = narrowed(PERMISSIONS[user.role], scope);
    const { clientAddress } = attempt;
    const first = makeFirstToken(resources.settings, { userId: user.id, scopes, clientAddress });
    return issuePair(transaction, resources, user, first, scopes);
  });

/**
 * Exchanges a refresh token for the next pair; throws `Unauthenticated`.
 *
 * `scope` narrows this access token only, not later ones (RFC 6749, 6). A reused refresh token was
 * copied. There is no telling which holder is the thief, so the session ends for both.
 */
export const refresh = async (resources: Resources, secret: string, scope = ""): Promise<Pair> => {
  const result = await resources.database.transaction((transaction) =>
    rotate(transaction, resources, secret, scope),
  );
  if ("pair" in result) {
    return result.pair;
  }
  const { token, user } = result.refused;
  if (token.revokedAt !== undefined || !hasExpired(token)) {
    await endReused(resources, token, user);
  }
  throw new Unauthenticated();
};

/** Ends the session of a refresh or access token; does nothing for any other text. */
export const revoke = async (resources: Resources, secret: string): Promise<void> => {
  const token = await resources.database.reader((reader) =>
    findToken(reader, REFRESH, [digest(secret)]),
  );
  if (token !== undefined) {
    await sessions.end(resources, token.familyId, token.userId);
    return;
  }
  const principal = await findPrincipal(resources, secret);
  if (principal !== undefined) {
    await sessions.end(resources, principal.sessionId, principal.user.id);
  }
};

/** Changes the password and ends the other sessions; `Forbidden` if the current one is wrong. */
export const changePassword = (
  resources: Resources,
  principal: Principal,
  form: PasswordChange,
): Promise<void> =>
  accounts.changingPassword(resources, principal, form, (transaction, user) =>
    revokeAll(transaction, user.id, now(), {
      family: principal.sessionId,
      kind: VERIFY_EMAIL,
    }),
  );

type Rotation =
  | { readonly pair: Pair }
  | { readonly refused: { readonly token: Token; readonly user: User } };

const rotate = async (
  transaction: Transaction,
  resources: Resources,
  secret: string,
  scope: string,
): Promise<Rotation> => {
  const { settings } = resources;
  const token = await findToken(transaction, REFRESH, [digest(secret)]);
  if (token === undefined) {
    throw new Unauthenticated();
  }
  const user = await new UserRepository(transaction).lock(token.userId);
  if (!user?.isActive) {
    throw new Unauthenticated();
  }
  if (!(await use(transaction, settings, token, now()))) {
    return { refused: { token, user } };
  }
  const following = makeNextToken(settings, token);
  if (hasExpired(following.token)) {
    throw new Unauthenticated();
  }
  const whole = token.scopes ?? PERMISSIONS[user.role];
  const scopes = narrowed(whole, scope) ?? token.scopes;
  return { pair: await issuePair(transaction, resources, user, following, scopes) };
};

/** In a transaction of its own: a rollback of the refresh must not restore the session. */
const endReused = async (resources: Resources, token: Token, user: User): Promise<void> => {
  const wasAlive = await resources.database.transaction(async (transaction) => {
    const revoked = await revokeFamily(transaction, token.familyId, now());
    if (revoked) {
      await record(transaction, "auth.refresh.reused", { subjectId: token.userId });
    }
    return revoked;
  });
  if (wasAlive) {
    await sendNotice(resources, "sendRefreshReused", user.email);
  }
};

const issuePair = async (
  transaction: Transaction,
  resources: Resources,
  user: User,
  { token, secret }: NewToken,
  scopes: Scopes | undefined,
): Promise<Pair> => {
  const whole: Scopes = PERMISSIONS[user.role];
  const granted = scopes === undefined ? whole : whole.intersection(scopes);
  return {
    access_token: await issueAccessToken(transaction, resources, token, scopes),
    token_type: "bearer",
    expires_in: Math.floor(accessLifetime(resources.settings, token)),
    refresh_token: secret,
    scope: [...granted].sort().join(" "),
  };
};

const hasExpired = (token: Token): boolean =>
  token.expiresAt !== undefined && token.expiresAt <= now();

const narrowed = (whole: Scopes, scope: string): Scopes | undefined => {
  if (scope === "") {
    return undefined;
  }
  const scopes = new Set(scope.split(/\s+/).filter(Boolean));
  if (scopes.size === 0 || !scopes.isSubsetOf(whole)) {
    throw new ScopeRefused();
  }
  return scopes;
};
