/** Rights on migrated tables: a file has no accounts. */

import type { Settings } from "../settings/index.ts";

export const grantRights = async (_settings: Settings): Promise<readonly string[]> => [];
