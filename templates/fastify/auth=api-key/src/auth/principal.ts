/** The caller of a request, and what its key allows. */

import type { User } from "../users/model.ts";
import { PERMISSIONS, type Permission } from "./permissions.ts";

export interface PrincipalParts {
  readonly user: User;
  /** The id of the key. */
  readonly sessionId: string;
  /** Limit the permissions of the role; undefined does not. */
  readonly scopes?: ReadonlySet<string> | undefined;
}

/** An active account, and what its key allows. */
export class Principal implements PrincipalParts {
  readonly user: User;
  readonly sessionId: string;
  readonly scopes: ReadonlySet<string> | undefined;

  constructor({ user, sessionId, scopes }: PrincipalParts) {
    this.user = user;
    this.sessionId = sessionId;
    this.scopes = scopes;
  }

  /** Returns whether both the role and the scopes of the key have the permission. */
  may(permission: Permission): boolean {
    return PERMISSIONS[this.user.role].has(permission) && (this.scopes?.has(permission) ?? true);
  }
}
