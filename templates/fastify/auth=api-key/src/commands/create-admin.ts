/** `create-admin`: creates an admin and its first key. There are no default accounts. */

import type { IssuedApiKey } from "../api-keys/model.ts";
import * as service from "../api-keys/service.ts";
import { AccountCreate, type NewAccount, parseAccount } from "../auth/account-schemas.ts";
import * as accounts from "../auth/accounts.ts";
import { PERMISSIONS } from "../auth/permissions.ts";
import type { Transaction } from "../database/session.ts";
import { Conflict, Unprocessable } from "../errors.ts";
import { configureLogging } from "../logging.ts";
import { openResources, type Resources } from "../resources.ts";
import { loadSettings } from "../settings/index.ts";
import * as pages from "../users/pages.ts";
import { NotPromoted, promote } from "../users/promotion.ts";
import type { Command } from "./command.ts";
import { requireValid } from "./required.ts";

export const command: Command = {
  name: "create-admin",
  help: "Create an administrator, or promote an existing account, and print a key for it once.",
  options: {
    email: { help: "address of the account", value: "EMAIL", isRequired: true },
    "full-name": { help: "display name", value: "NAME" },
    promote: { help: "promote the existing account with this address" },
  },
  async run({ email, "full-name": fullName = "Administrator", promote: promotes }) {
    const settings = loadSettings();
    configureLogging(settings);
    await using stack = new AsyncDisposableStack();
    try {
      const form = validated(String(email), String(fullName));
      const resources = await openResources(settings, stack);
      const key = await resources.database.transaction((transaction) =>
        (promotes === true ? promoteTo : create)(transaction, resources, form),
      );
      await pages.forget(resources);
      console.log(`${form.email} is an admin. Its key, which cannot be shown again:`);
      console.log(key.text);
      return 0;
    } catch (error) {
      console.error(`No administrator was created: ${reasonOf(error)}.`);
      return 1;
    }
  },
};

const validated = (email: string, fullName: string): NewAccount => {
  const body = { email, full_name: fullName, role: "admin" as const };
  requireValid(AccountCreate, body);
  return parseAccount(body);
};

/** Returns why no admin was created; throws what nobody expected. */
const reasonOf = (error: unknown): string => {
  if (error instanceof Conflict) {
    return "an account with this address exists; --promote makes it an admin";
  }
  if (error instanceof NotPromoted) {
    return error.message;
  }
  if (error instanceof Unprocessable) {
    return error.errors.map(({ field, message }) => `${field} ${message}`).join("; ");
  }
  throw error;
};

const create = async (
  transaction: Transaction,
  resources: Resources,
  form: NewAccount,
): Promise<IssuedApiKey> => {
  const owner = await accounts.add(transaction, form);
  const scopes = PERMISSIONS.admin;
  return service.issue(transaction, resources, { owner, name: "First key", scopes });
};

const promoteTo = async (
  transaction: Transaction,
  resources: Resources,
  { email }: NewAccount,
): Promise<IssuedApiKey> => {
  const owner = await promote(transaction, email, { mustBeConfirmed: false });
  // Existing keys of the account keep their scopes.
  const scopes = PERMISSIONS.admin;
  return service.issue(transaction, resources, { owner, name: "Admin key", scopes });
};
