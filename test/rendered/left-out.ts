import type { Selection } from "../../src/options/types.ts";
import { harnessOf } from "./harness.ts";
import { isWanted } from "./selections.ts";
import { missingServer } from "./servers.ts";

/**
 * Why a test that starts a program of this machine is left out, for people; undefined when it is not.
 * @param found where the program is; CI may do without it, but not without what installs projects, and the servers
 * @throws Error on CI, when something else is missing
 */
export const leftOut = async (
  selection: Selection,
  program: string,
  found: string | undefined,
  step: string,
): Promise<string | undefined> => {
  if (!isWanted(selection, step)) return "not wanted";
  if (found === undefined) return `no ${program}`;
  const missing = (await harnessOf(selection).missing()) ?? (await missingServer(selection));
  if (missing !== undefined && process.env.CI === "true") throw new Error(missing);
  return missing;
};
