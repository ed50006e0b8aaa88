/** How roles change: by the next token of the provider. */

import type { Role } from "../../src/auth/permissions.ts";
import { bear, tokenOf } from "./sign-in.ts";
import type { Caller } from "./sign-up.ts";

/** Gives a caller another role. */
export const changeRole = async (
  _admin: Caller,
  { client, user }: Caller,
  role: Role,
): Promise<void> => bear(client, tokenOf(user.id, role));
