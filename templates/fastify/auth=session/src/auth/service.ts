/** Server-side sessions, whose random id the browser holds. */

import { record } from "../audit/trail.ts";
import { now } from "../clock.ts";
import { CredentialRefused } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Resources } from "../resources.ts";
import { findToken } from "../tokens/redemption.ts";
import { TokenRepository } from "../tokens/repository.ts";
import { revokeAll, revokeFamily } from "../tokens/revocation.ts";
import { digest, newSecret } from "../tokens/token.ts";
import type { PasswordChange } from "./account-schemas.ts";
import * as accounts from "./accounts.ts";
import { VERIFY_EMAIL } from "./one-time.ts";
import { PERMISSIONS } from "./permissions.ts";
import type { Principal } from "./principal.ts";
import { SESSION_KIND } from "./session-tokens.ts";
import * as sessions from "./sessions.ts";

/** A session of a browser: `secret` is the id in its cookie. */
export interface NewSession {
  readonly familyId: string;
  readonly secret: string;
}

/**
 * Begins a session; throws `Unauthenticated`.
 *
 * The id is always new (CWE-384), and the browser's previous session, `earlier`, ends.
 */
export const signIn = async (
  resources: Resources,
  attempt: sessions.SignInAttempt,
  earlier: string | undefined,
): Promise<NewSession> => {
  const secret = newSecret();
  const familyId = newId();
  const at = now();
  const { sessionAbsoluteSeconds } = resources.settings;
  const actorId = await sessions.begin(resources, attempt, async (transaction, user) => {
    await new TokenRepository(transaction).add({
      id: newId(),
      kind: SESSION_KIND,
      userId: user.id,
      familyId,
      digest: digest(secret),
      scopes: PERMISSIONS[user.role],
      createdAt: at,
      expiresAt: new Date(at.getTime() + sessionAbsoluteSeconds * 1000),
      signedInAt: at,
      clientAddress: attempt.clientAddress,
    });
    return user.id;
  });
  if (earlier !== undefined) {
    await end(resources, earlier, actorId);
  }
  return { familyId, secret };
};

/**
 * Changes the password and ends the other sessions; returns the new id of this one.
 *
 * A copied id is invalid as well. Throws `Forbidden` if the current password is wrong.
 */
export const changePassword = (
  resources: Resources,
  principal: Principal,
  form: PasswordChange,
): Promise<string> =>
  accounts.changingPassword(resources, principal, form, async (transaction, user) => {
    const tokens = new TokenRepository(transaction);
    const at = now();
    const found = await tokens.findAlive(SESSION_KIND, { familyId: principal.sessionId }, at);
    if (found === undefined) {
      throw new CredentialRefused();
    }
    await revokeAll(transaction, user.id, at, { kind: VERIFY_EMAIL });
    const secret = newSecret();
    // The absolute limit still counts from the sign-in.
    await tokens.add({
      ...found.token,
      id: newId(),
      digest: digest(secret),
      scopes: PERMISSIONS[user.role],
      createdAt: at,
      lastUsedAt: undefined,
    });
    return secret;
  });

const end = (resources: Resources, secret: string, actorId: string): Promise<void> =>
  resources.database.transaction(async (transaction) => {
    const session = await findToken(transaction, SESSION_KIND, [digest(secret)]);
    if (session !== undefined && (await revokeFamily(transaction, session.familyId, now()))) {
      await record(transaction, "auth.session.ended", { actorId, subjectId: session.userId });
    }
  });
