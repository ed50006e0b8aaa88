/** An account, independent of how its owner signs in. */

import type { Role } from "../auth/permissions.ts";

/** `email` is in lower case. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  readonly role: Role;
  readonly isActive: boolean;
  readonly emailVerified: boolean;
  readonly createdAt: Date;
}
