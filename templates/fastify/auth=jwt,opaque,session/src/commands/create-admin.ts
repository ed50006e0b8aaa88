/** `create-admin`: creates an admin. There are no default accounts. */

import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { parseRegistration, type Registration, RegistrationIn } from "../auth/account-schemas.ts";
import * as accounts from "../auth/accounts.ts";
import { describeRules } from "../auth/password-policy.ts";
import { Unprocessable } from "../errors.ts";
import { configureLogging } from "../logging.ts";
import { openResources, type Resources } from "../resources.ts";
import { loadSettings, type Settings } from "../settings/index.ts";
import * as pages from "../users/pages.ts";
import { makeAdmin, NotPromoted, promote } from "../users/promotion.ts";
import { UserRepository } from "../users/repository.ts";
import type { Command } from "./command.ts";
import { requireValid } from "./required.ts";

const EXISTS = "an account with this address exists; --promote makes it an admin";
const NO_TERMINAL = "there is no terminal to ask for the password; set ADMIN_PASSWORD";
// Stands for the password while the other fields are checked.
const ANY_PASSWORD = "violet kettle drifts north";

/** No admin is created, and another password would not help. */
class Refused extends Error {}

interface Account {
  readonly email: string;
  readonly fullName: string;
}

export const command: Command = {
  name: "create-admin",
  help:
    "Create an administrator, or promote an existing account. Asks for the password, unless it is " +
    "in ADMIN_PASSWORD.",
  options: {
    email: { help: "address to sign in with", value: "EMAIL", isRequired: true },
    "full-name": { help: "display name", value: "NAME" },
    promote: {
      help: "promote the existing account with this address; its password does not change",
    },
  },
  async run(given) {
    const settings = loadSettings();
    configureLogging(settings);
    const { email, "full-name": fullName = "Administrator" } = given;
    try {
      const account = validated(String(email), String(fullName), ANY_PASSWORD);
      await (given["promote"] === true ? promoteTo(settings, account) : make(settings, account));
      console.log(`${account.email} is an admin.`);
      return 0;
    } catch (error) {
      console.error(`No administrator was created: ${reasonOf(error)}.`);
      return 1;
    }
  },
};

/** Returns why no admin was created; throws what nobody expected. */
const reasonOf = (error: unknown): string => {
  if (error instanceof Refused || error instanceof NotPromoted) {
    return error.message;
  }
  if (error instanceof Unprocessable) {
    return faultsOf(error);
  }
  throw error;
};

const validated = (email: string, fullName: string, password: string): Registration => {
  const body = { email, password, full_name: fullName };
  requireValid(RegistrationIn, body);
  return parseRegistration(body);
};

const make = async (settings: Settings, { email, fullName }: Account): Promise<void> => {
  await withResources(settings, (resources) => requireUnknown(resources, email));
  const given = process.env["ADMIN_PASSWORD"];
  if (given) {
    const form = validated(email, fullName, given);
    await withResources(settings, (resources) => register(resources, form));
    return;
  }
  console.log(describeRules(settings));
  for (;;) {
    const password = await askTwice();
    try {
      const form = validated(email, fullName, password);
      await withResources(settings, (resources) => register(resources, form));
      return;
    } catch (error) {
      if (!(error instanceof Unprocessable)) {
        throw error;
      }
      console.error(`This password is not accepted: ${faultsOf(error)}.`);
    }
  }
};

const requireUnknown = async ({ database }: Resources, email: string): Promise<void> => {
  const user = await database.reader((reader) => new UserRepository(reader).getByEmail(email));
  if (user !== undefined) {
    throw new Refused(EXISTS);
  }
};

const register = async (resources: Resources, form: Registration): Promise<void> => {
  const passwordHash = await accounts.hashFirst(resources, form);
  await resources.database.transaction(async (transaction) => {
    const users = new UserRepository(transaction);
    const userId = await accounts.add(transaction, form, passwordHash);
    const user = userId === undefined ? undefined : await users.get(userId);
    if (user === undefined) {
      throw new Refused(EXISTS);
    }
    await users.update(user.id, { emailVerified: true });
    await makeAdmin(transaction, user);
  });
  await pages.forget(resources);
};

const promoteTo = (settings: Settings, { email }: Account): Promise<void> =>
  withResources(settings, async (resources) => {
    await resources.database.transaction((transaction) =>
      promote(transaction, email, { mustBeConfirmed: true }),
    );
    await pages.forget(resources);
  });

const withResources = async (
  settings: Settings,
  work: (resources: Resources) => Promise<void>,
): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  await work(await openResources(settings, stack));
};

const askTwice = async (): Promise<string> => {
  for (;;) {
    const password = await ask("Password: ");
    if ((await ask("Repeat the password: ")) === password) {
      return password;
    }
    console.error("The passwords do not match.");
  }
};

/** Asks without showing what is typed. */
const ask = async (prompt: string): Promise<string> => {
  if (!process.stdin.isTTY) {
    throw new Refused(NO_TERMINAL);
  }
  process.stdout.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    const interrupted = new AbortController();
    terminal.once("SIGINT", () => interrupted.abort());
    return await terminal.question("", { signal: interrupted.signal });
  } finally {
    terminal.close();
    process.stdout.write("\n");
  }
};

const faultsOf = ({ errors }: Unprocessable): string =>
  errors.map(({ field, message }) => `${field} ${message}`).join("; ");
