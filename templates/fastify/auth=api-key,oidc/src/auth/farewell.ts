/** Deletes an account; without mail, nobody is told. */

import type { Resources } from "../resources.ts";

export const tellOwner = <T>(
  _resources: Resources,
  _userId: string,
  deletion: () => Promise<T>,
): Promise<T> => deletion();
