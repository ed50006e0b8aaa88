/** Deleting one's own account requires a recent sign-in (RFC 9470). */

import { now } from "../clock.ts";
import { Unauthenticated } from "../errors.ts";
import type { Requirement } from "./access.ts";
import { checkPermission } from "./permission-check.ts";

/** The caller is signed in, and has to authenticate again. */
class SignInTooOld extends Unauthenticated {
  override readonly challenge: string;

  constructor(maxAge: number) {
    super("Sign in again to do this.");
    this.challenge = `error="insufficient_user_authentication", max_age=${maxAge}`;
  }
}

/**
 * The permission, and a sign-in less than `REAUTH_MAX_AGE_SECONDS` ago.
 *
 * A stolen session must not allow what cannot be undone.
 */
export const MAY_LEAVE: Requirement = {
  permission: "account:write",
  explanation:
    "Needs the permission `account:write`. The sign-in must be recent; if it is not, the answer is " +
    "401 with `insufficient_user_authentication` (RFC 9470).",
  async check(request) {
    await checkPermission(request, "account:write");
    const seconds = request.server.resources.settings.reauthMaxAgeSeconds;
    const { signedInAt } = request.principal;
    if (signedInAt === undefined || now().getTime() - signedInAt.getTime() >= seconds * 1000) {
      throw new SignInTooOld(seconds);
    }
  },
};
