/** Settings of the service: typed environment variables, parsed once at start-up. */

import { parseDefaults, parseSettings, warningsOf } from "./environment.ts";
import { SETTINGS } from "./model.ts";
import type { ValuesOf } from "./setting.ts";
import { readVariables, type Variables } from "./variables.ts";

export { SettingsError } from "./environment.ts";

export type Settings = ValuesOf<typeof SETTINGS>;

/** Parses the settings; throws `SettingsError`, which reports every fault, without values. */
export const loadSettings = (variables: Variables = readVariables()): Settings =>
  parseSettings(SETTINGS, variables);

/** Returns the defaults alone; what has none is undefined, and a service does not start with it. */
export const defaultSettings = (): Settings => parseDefaults(SETTINGS);

/** Returns warnings about dangerous settings and likely mistakes. */
export const warningsAbout = (
  settings: Settings,
  variables: Variables = readVariables(),
): string[] => [
  ...warningsOf(SETTINGS, settings, variables),
  ...(settings.rateLimitEnabled
    ? []
    : ["RATE_LIMIT_ENABLED is off: nothing slows down attempts to guess credentials"]),
];
