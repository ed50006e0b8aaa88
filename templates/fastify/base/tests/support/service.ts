/** The service under test. */

import { buildApp } from "../../src/app.ts";
import type { Resources } from "../../src/resources.ts";
import type { App } from "../../src/routing.ts";
import { loadSettings, type Settings } from "../../src/settings/index.ts";
import { Client } from "./client.ts";
import { newDatabase, type TestDatabase } from "./database.ts";
import { ENVIRONMENT, PRODUCTION } from "./environment.ts";
import { newState } from "./state.ts";

export type Line = Readonly<Record<string, unknown>>;
export type Variables = Readonly<Record<string, string>>;

/** A test, or a file of tests. */
export interface Scope {
  after(work: () => Promise<void>): void;
}

/** A running application; `client` is anonymous, and `lines` are all that it has logged. */
export interface Service {
  readonly app: App;
  readonly resources: Resources;
  readonly client: Client;
  readonly lines: readonly Line[];
}

export interface ServiceOptions {
  /** The environment whose behaviour is wanted, without what it refuses at the start. */
  readonly behaveAs?: Settings["environment"];
  /** The database, which the test drops; a new one without. */
  readonly database?: TestDatabase;
  /** Adds routes that the test needs. */
  readonly routes?: (app: App) => void;
}

/** Makes settings for a database; what is given wins over the tests' own. */
export const settingsFor = (
  databaseUrl: string,
  settings: Variables = {},
  behaveAs: Settings["environment"] = "test",
): Settings => {
  const given = settings["ENVIRONMENT"] === "production" ? PRODUCTION : {};
  const environment = { ...ENVIRONMENT, ...given, DATABASE_URL: databaseUrl, ...settings };
  return { ...loadSettings({ environment, file: {} }), environment: behaveAs };
};

/** Runs the application on a database of its own until the test ends. */
export const startService = async (
  scope: Scope,
  settings: Variables = {},
  { behaveAs = "test", database: given, routes }: ServiceOptions = {},
): Promise<Service> => {
  const [database, state] = await Promise.all([given ?? newDatabase(), newState()]);
  const lines: Line[] = [];
  const valid = settingsFor(database.url, { ...state.settings, ...settings }, behaveAs);
  const app = await buildApp(valid, { write: (line: string) => lines.push(JSON.parse(line)) });
  scope.after(async () => {
    await app.close();
    if (given === undefined) await database.drop();
    await state.drop();
  });
  routes?.(app);
  await app.ready();
  return { app, resources: app.resources, client: new Client(app), lines };
};
