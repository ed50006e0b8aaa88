/** Re-encryption of fields with the newest key of `FIELD_ENCRYPTION_KEYS`. */

import type { Resources } from "../resources.ts";

/** How many rows were re-encrypted, and which ones no key decrypts. */
export interface Reencrypted {
  readonly count: number;
  readonly unreadable: readonly string[];
}

export type Reencrypt = (resources: Resources) => Promise<Reencrypted>;
