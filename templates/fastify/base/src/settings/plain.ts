/** Settings of plain kinds: words, numbers and text. */

import { Fault, type Options, type Setting, withOptions } from "./setting.ts";

const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ...["true", "1", "yes", "y", "on", "t"].map((word) => [word, true] as const),
  ...["false", "0", "no", "n", "off", "f"].map((word) => [word, false] as const),
]);

/** Text that is not blank. */
export const text = (options: Options = {}): Setting<string> =>
  withOptions(
    {
      parse: (given) => {
        if (given.trim() === "") throw new Fault("must not be empty");
        return given.trim();
      },
    },
    options,
  );

/** A whole number within bounds. */
export const integer = (options: Options & { min: number; max: number }): Setting<number> =>
  withOptions(
    {
      parse: (given) => {
        const number = /^[+-]?\d{1,15}$/.test(given.trim()) ? Number(given) : Number.NaN;
        if (!(number >= options.min && number <= options.max)) {
          throw new Fault(`must be a whole number from ${options.min} to ${options.max}`);
        }
        return number;
      },
    },
    options,
  );

/** A switch; one that is `offInProduction` must not be on there. */
export const boolean = (options: Options & { offInProduction?: true } = {}): Setting<boolean> =>
  withOptions(
    {
      parse: (given) => {
        const on = SWITCHES.get(given.trim().toLowerCase());
        if (on === undefined) throw new Fault("must be true or false");
        return on;
      },
      ...(options.offInProduction
        ? { unsafe: (on: boolean) => (on ? "must be off in production" : undefined) }
        : {}),
    },
    options,
  );

/** One of a few words, read without regard to case. */
export const word = <const Words extends readonly string[]>(
  words: Words,
  options: Options & { discouraged?: readonly Words[number][] } = {},
): Setting<Words[number]> =>
  withOptions(
    {
      parse: (given) => {
        const asked = given.trim().toLowerCase();
        const found = words.find((candidate) => candidate.toLowerCase() === asked);
        if (found === undefined) throw new Fault(`must be one of ${words.join(", ")}`);
        return found;
      },
      ...(options.discouraged ? { discouraged: options.discouraged } : {}),
    },
    options,
  );
