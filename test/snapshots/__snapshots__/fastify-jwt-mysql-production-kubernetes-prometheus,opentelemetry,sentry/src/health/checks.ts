/** The dependencies that must be available for the service to be ready. */

import type { Resources } from "../resources.ts";

type Check = (resources: Resources) => Promise<void>;

export const CHECKS: Readonly<Record<string, Check>> = {
  database: (resources) => resources.database.ping(),
  state: (resources) => resources.store.ping(),
};
