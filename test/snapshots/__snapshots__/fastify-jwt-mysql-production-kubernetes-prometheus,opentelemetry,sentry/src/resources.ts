/** Resources of the running service: opened in this order, and closed in reverse. */

import { Breaches } from "./auth/breaches.ts";
import { Passwords } from "./auth/hashing.ts";
import { Database } from "./database/database.ts";
import { Jobs } from "./jobs/queue.ts";
import { FieldCipher } from "./security/encryption.ts";
import { Keys } from "./security/keys.ts";
import type { Settings } from "./settings/index.ts";
import { Store } from "./state/store.ts";
import { Tracing } from "./telemetry/tracing.ts";

/** Shared by all requests. */
export interface Resources {
  readonly settings: Settings;
  readonly keys: Keys;
  readonly cipher: FieldCipher;
  readonly store: Store;
  readonly database: Database;
  readonly passwords: Passwords;
  readonly breaches: Breaches;
  readonly jobs: Jobs;
  readonly tracing: Tracing;
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
  passwords: await Passwords.open(settings, stack),
  breaches: await Breaches.open(settings, stack),
  jobs: await Jobs.open(settings, stack),
  tracing: await Tracing.open(settings, stack),
});
