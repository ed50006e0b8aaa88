/** `reencrypt`: re-encrypts values of earlier keys with the newest one. */

import { configureLogging } from "../logging.ts";
import { reencryptNotes } from "../notes/reencryption.ts";
import { openResources } from "../resources.ts";
import type { Reencrypt } from "../security/reencryption.ts";
import { loadSettings } from "../settings/index.ts";
import type { Command } from "./command.ts";

/** The resources with encrypted fields, and how they are re-encrypted. */
const ENCRYPTED: Readonly<Record<string, Reencrypt>> = {
  notes: reencryptNotes,
};

export const command: Command = {
  name: "reencrypt",
  help: "Encrypt stored fields with the newest of FIELD_ENCRYPTION_KEYS; safe while it runs.",
  async run() {
    const settings = loadSettings();
    configureLogging(settings);
    await using stack = new AsyncDisposableStack();
    const resources = await openResources(settings, stack);
    let exitCode = 0;
    for (const [what, reencrypt] of Object.entries(ENCRYPTED)) {
      const { count, unreadable } = await reencrypt(resources);
      console.log(`${count} ${what} re-encrypted with the newest key.`);
      for (const rowId of unreadable) {
        exitCode = 1;
        console.error(`${what}: ${rowId} cannot be decrypted with any key.`);
      }
    }
    return exitCode;
  },
};
