/** Shapes of passwords over HTTP. */

import { addFormat } from "../formats.ts";
import { newPasswordFault, PASSWORD } from "./password-text.ts";

// Argon2id reads every byte of a password, so only the length in characters is limited.
addFormat("new-password", { fault: newPasswordFault, documentedAs: "password" });

export const NEW_PASSWORD = { ...PASSWORD, format: "new-password" };
