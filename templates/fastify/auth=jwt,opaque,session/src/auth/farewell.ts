/** Notifies the owner when an account is deleted. */

import { sendNotice } from "../mail/handover.ts";
import type { Resources } from "../resources.ts";
import { UserRepository } from "../users/repository.ts";

/** Deletes an account with `deletion`, a transaction of its own, and tells its owner afterwards. */
export const tellOwner = async <T>(
  resources: Resources,
  userId: string,
  deletion: () => Promise<T>,
): Promise<T> => {
  const user = await resources.database.reader((reader) => new UserRepository(reader).get(userId));
  const result = await deletion();
  // Queued after the commit, never before.
  if (user !== undefined) {
    await sendNotice(resources, "sendAccountDeleted", user.email);
  }
  return result;
};
