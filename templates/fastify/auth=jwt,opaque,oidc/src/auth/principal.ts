/** The caller of a request, independent of the kind of credential. */

import type { User } from "../users/model.ts";
import { PERMISSIONS, type Permission } from "./permissions.ts";

export interface PrincipalParts {
  readonly user: User;
  /** The session of the credential. */
  readonly sessionId: string;
  /** Limit the permissions of the role; undefined does not. */
  readonly scopes?: ReadonlySet<string> | undefined;
  /** The time of the last sign-in. */
  readonly signedInAt?: Date | undefined;
}

/** An active account, and what its credential allows. */
export class Principal implements PrincipalParts {
  readonly user: User;
  readonly sessionId: string;
  readonly scopes: ReadonlySet<string> | undefined;
  readonly signedInAt: Date | undefined;

  constructor({ user, sessionId, scopes, signedInAt }: PrincipalParts) {
    this.user = user;
    this.sessionId = sessionId;
    this.scopes = scopes;
    this.signedInAt = signedInAt;
  }

  /** Returns whether both the role and the scopes of the credential have the permission. */
  may(permission: Permission): boolean {
    return PERMISSIONS[this.user.role].has(permission) && (this.scopes?.has(permission) ?? true);
  }
}
