/** What the service logs. */

import { configureLogging } from "../../src/logging.ts";
import type { Settings } from "../../src/settings/index.ts";

export type Line = Readonly<Record<string, unknown>>;

/** Collects every line that is logged from now on. */
export const captureLogs = (): Line[] => {
  const lines: Line[] = [];
  const settings = { logLevel: "debug", logFormat: "json" } as Settings;
  configureLogging(settings, { write: (line) => lines.push(JSON.parse(line)) });
  return lines;
};
