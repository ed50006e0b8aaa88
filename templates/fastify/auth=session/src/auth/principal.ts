/** The caller of a request, independent of its cookie. */

import type { User } from "../users/model.ts";
import { PERMISSIONS, type Permission } from "./permissions.ts";

export interface PrincipalParts {
  readonly user: User;
  readonly sessionId: string;
  /** The digest of the current id of the session. */
  readonly digest: Buffer;
  /** The time of the last sign-in. */
  readonly signedInAt?: Date | undefined;
}

/** An active account, and the session that it is signed in with. */
export class Principal implements PrincipalParts {
  readonly user: User;
  readonly sessionId: string;
  readonly digest: Buffer;
  readonly signedInAt: Date | undefined;

  constructor({ user, sessionId, digest, signedInAt }: PrincipalParts) {
    this.user = user;
    this.sessionId = sessionId;
    this.digest = digest;
    this.signedInAt = signedInAt;
  }

  /** Returns whether the role has the permission. */
  may(permission: Permission): boolean {
    return PERMISSIONS[this.user.role].has(permission);
  }
}
