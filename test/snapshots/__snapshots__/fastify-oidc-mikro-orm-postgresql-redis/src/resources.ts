/** Resources of the running service: opened in this order, and closed in reverse. */

import { Provider } from "./auth/provider.ts";
import { Database } from "./database/database.ts";
import { FieldCipher } from "./security/encryption.ts";
import { Keys } from "./security/keys.ts";
import type { Settings } from "./settings/index.ts";
import { Store } from "./state/store.ts";

/** Shared by all requests. */
export interface Resources {
  readonly settings: Settings;
  readonly keys: Keys;
  readonly cipher: FieldCipher;
  readonly store: Store;
  readonly database: Database;
  readonly provider: Provider;
}

/** Opens every resource; `stack` closes those already open if a later one fails. */
export const openResources = async (
  settings: Settings,
  stack: AsyncDisposableStack,
): Promise<Resources> => ({
  settings,
  keys: new Keys(settings),
  cipher: new FieldCipher(settings.fieldEncryptionKeys),
  store: await Store.open(settings, stack),
  database: await Database.open(settings, stack),
  provider: await Provider.open(settings, stack),
});
