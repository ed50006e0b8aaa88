/** Signs an account out everywhere. */

import type { Transaction } from "../database/session.ts";
import { revokeAccess } from "./revocation.ts";

/** Revokes every credential of an account that remains. `by` in the options is who does it. */
export const signOutEverywhere = (
  transaction: Transaction,
  userId: string,
  _options: { readonly by: string },
): Promise<void> =>
  // Without `by`, which names who deletes an account.
  revokeAccess(transaction, userId);
