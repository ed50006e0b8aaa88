/** `rotate-keys`: prints new secrets, followed by the current ones as fallbacks. */

import { randomBytes } from "node:crypto";
import { ENCRYPTION_KEY_BYTES, encryptionKeys } from "../settings/encryption-keys.ts";
import { parseSettings } from "../settings/environment.ts";
import { secret, secrets, weakness } from "../settings/secret.ts";
import { optional } from "../settings/setting.ts";
import { readVariables, type Variables } from "../settings/variables.ts";
import type { Command } from "./command.ts";

const SECRET_BYTES = 36;
const UNFIT =
  "SECRET_KEY has a comma, or a space at an end: SECRET_KEY_FALLBACKS cannot hold it, and what it " +
  "signed is valid no more.";
// Only the secrets: another invalid setting must not hide keys that encrypt data.
const SECRETS = {
  secretKey: optional(secret()),
  secretKeyFallbacks: secrets({ default: "" }),
  fieldEncryptionKeys: optional(encryptionKeys()),
};

export const command: Command = {
  name: "rotate-keys",
  help: "Print new secrets as lines for .env; the current ones stay valid for existing data.",
  run() {
    const { environment, file } = readVariables();
    const present = parseSettings(SECRETS, {
      environment: filled(environment),
      file: filled(file),
    });
    const inUse = [present.secretKey, ...present.secretKeyFallbacks]
      .filter((key) => key !== undefined)
      // Those that can be guessed do not stay valid.
      .filter((key) => weakness(key) === undefined)
      .map((key) => key.reveal());
    const signing = inUse.filter(fitsAList);
    if (signing.length < inUse.length) console.error(UNFIT);
    const encrypting = (present.fieldEncryptionKeys ?? []).map((key) => key.reveal());
    const fresh = [randomBytes(ENCRYPTION_KEY_BYTES), ...encrypting];
    console.log(`SECRET_KEY=${randomBytes(SECRET_BYTES).toString("base64url")}`);
    console.log(`SECRET_KEY_FALLBACKS=${signing.join(",")}`);
    console.log(`FIELD_ENCRYPTION_KEYS=${fresh.map((key) => key.toString("base64")).join(",")}`);
  },
};

/** Returns whether a list of secrets can hold one: it would be read as other secrets. */
const fitsAList = (key: string): boolean => !key.includes(",") && key === key.trim();

const filled = (variables: Variables["environment"]): Variables["environment"] =>
  Object.fromEntries(Object.entries(variables).filter(([, text]) => text !== ""));
