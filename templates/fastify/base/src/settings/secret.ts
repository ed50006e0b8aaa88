/** Secrets, and how those that can be guessed are known. */

import { inspect } from "node:util";
import { Fault, type Options, type Setting, split, withOptions } from "./setting.ts";

const MIN_SECRET_BYTES = 32;
const MIN_SECRET_ENTROPY_BITS = 128;
export const TOO_PREDICTABLE =
  "is too predictable; `node src/cli.ts rotate-keys` prints a fresh one";
const PLACEHOLDER = /change|replace|example|secret|password|placeholder|default/i;
const HIDDEN = "[secret]";

/** A text that neither logs nor JSON show. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

export const secret = (options: Options = {}): Setting<Secret> =>
  withOptions(
    {
      parse: (text) => {
        if (text === "") throw new Fault("must not be empty");
        return new Secret(text);
      },
      unsafe: weakness,
      isConfidential: true,
    },
    options,
  );

export const secrets = (options: Options = {}): Setting<readonly Secret[]> =>
  withOptions(
    {
      parse: (text) => split(text).map((part) => new Secret(part)),
      unsafe: (values) => values.map(weakness).find((fault) => fault !== undefined),
      isConfidential: true,
    },
    options,
  );

/** Returns why a secret can be guessed; undefined if it cannot. */
export const weakness = (value: Secret): string | undefined => {
  const text = value.reveal();
  if (Buffer.byteLength(text) < MIN_SECRET_BYTES)
    return `is shorter than ${MIN_SECRET_BYTES} bytes`;
  if (PLACEHOLDER.test(text)) {
    return "is a placeholder; `node src/cli.ts rotate-keys` prints a fresh one";
  }
  return isPredictable(Buffer.from(text)) ? TOO_PREDICTABLE : undefined;
};

/** Returns whether a secret has few distinct characters, counts up, or repeats itself. */
export const isPredictable = (bytes: Buffer): boolean => {
  const once = bytes.subarray(0, Buffer.concat([bytes, bytes]).indexOf(bytes, 1));
  const steps = [...once.subarray(1)].map((byte, index) => byte - (once[index] ?? 0));
  return Math.min(entropyBits([...once]), entropyBits(steps)) < MIN_SECRET_ENTROPY_BITS;
};

/** Shannon entropy of the values times their number: at most this much was random. */
const entropyBits = (values: readonly number[]): number => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / values.length);
  return -values.length * shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
};
