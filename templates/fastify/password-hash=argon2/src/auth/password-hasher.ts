/** Passwords are stored as Argon2id hashes (OWASP Password Storage Cheat Sheet). */

import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

// OWASP's second choice for Argon2id: 19 MiB, two passes, one lane.
export const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;
const FORM =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

interface Parameters {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly nonce: Buffer;
  readonly tagLength: number;
}

const derive = promisify(argon2);

/** Reads and writes the PHC string of a hash. */
export const HASHER = {
  async hash(password: string): Promise<string> {
    const nonce = randomBytes(SALT_BYTES);
    const parameters = { ...COST, nonce, tagLength: TAG_BYTES };
    const tag = await derive("argon2id", { message: password, ...parameters });
    const { memory, passes, parallelism } = parameters;
    const cost = `m=${memory},t=${passes},p=${parallelism}`;
    return `$argon2id$v=19$${cost}$${encode(nonce)}$${encode(tag)}`;
  },

  /** Compares in constant time; false for a damaged hash. */
  async verify(password: string, hash: string): Promise<boolean> {
    const parsed = parse(hash);
    if (parsed === undefined) {
      return false;
    }
    const { tag, ...parameters } = parsed;
    return timingSafeEqual(await derive("argon2id", { message: password, ...parameters }), tag);
  },

  reads: (hash: string): boolean => parse(hash) !== undefined,

  /** Returns whether a hash has the parameters of new ones. */
  isCurrent(hash: string): boolean {
    const { memory, passes, parallelism, nonce, tagLength } = parse(hash) ?? {};
    return (
      memory === COST.memory &&
      passes === COST.passes &&
      parallelism === COST.parallelism &&
      nonce?.length === SALT_BYTES &&
      tagLength === TAG_BYTES
    );
  },
};

const parse = (hash: string): (Parameters & { readonly tag: Buffer }) | undefined => {
  const [, memory, passes, parallelism, salt, sum] = FORM.exec(hash) ?? [];
  // A block for each of four slices of a lane, twice (RFC 9106, 3.1).
  const isEnough = Number(memory) >= 8 * Number(parallelism);
  if (salt === undefined || sum === undefined || !isEnough) {
    return undefined;
  }
  const tag = Buffer.from(sum, "base64");
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(salt, "base64"),
    tagLength: tag.length,
    tag,
  };
};

const encode = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");
