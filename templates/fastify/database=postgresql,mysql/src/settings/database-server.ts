/** Rules for the URL of a database server: its options, and that it has a password. */

import { readFileSync } from "node:fs";
import { wellKnownPassword } from "./backends.ts";
import { Fault } from "./setting.ts";

/** Returns the options of a URL; throws a fault for unknown, repeated or empty ones. */
export const optionsOf = (url: URL, known: ReadonlySet<string>): ReadonlyMap<string, string> => {
  const pairs = [...url.searchParams];
  const options = new Map(pairs);
  // An option without a value would be ignored silently.
  if (
    pairs.some(([name, value]) => value === "" || !known.has(name)) ||
    options.size < pairs.length
  ) {
    throw new Fault(`takes these options with a value: ${[...known].sort().join(", ")}`);
  }
  return options;
};

/** Throws a fault unless the files that options name can be read: connecting would crash. */
export const checkFiles = (
  options: ReadonlyMap<string, string>,
  names: readonly string[],
): void => {
  for (const name of names) {
    const path = options.get(name);
    try {
      if (path !== undefined) readFileSync(path);
    } catch {
      throw new Fault(`the file of ${name} cannot be read`);
    }
  }
};

/** Returns what is wrong with the password of a server that must have one. */
export const unsafePassword = (url: URL): string | undefined =>
  url.password === "" ? "has no password" : wellKnownPassword(url);
