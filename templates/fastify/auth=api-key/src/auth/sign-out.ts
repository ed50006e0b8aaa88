/** Signs an account out everywhere. */

import type { Transaction } from "../database/session.ts";
import { revokeAccess } from "./revocation.ts";

/** Revokes every key of an account that remains. `by` is who does it. */
export const signOutEverywhere = (
  transaction: Transaction,
  userId: string,
  { by }: { readonly by: string },
): Promise<void> => revokeAccess(transaction, userId, { by });
