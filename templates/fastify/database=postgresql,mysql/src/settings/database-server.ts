/** Rules for the URL of a database server: its options, and that it has a password. */

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

/** Returns what is wrong with the password of a server that must have one. */
export const unsafePassword = (url: URL): string | undefined =>
  url.password === "" ? "has no password" : wellKnownPassword(url);
