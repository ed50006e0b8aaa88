/** Password hashing, off the event loop (OWASP Password Storage Cheat Sheet). */

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Settings } from "../settings/index.ts";
import { timeHashing } from "../telemetry/hashing.ts";
import { Limit } from "./limit.ts";
import { HASHER } from "./password-hasher.ts";
import { prepare, prepared } from "./password-text.ts";

// Microseconds of processor time in each period, where the kernel has control groups (cgroup v2).
const QUOTA = "/sys/fs/cgroup/cpu.max";
// Two hold the half of libuv's threads: files and names must be read meanwhile.
const MAX_AT_ONCE = 2;
const MAX_WAITING = 100;

/**
 * Hashes and verifies, as many at once as there are processors, and two at most.
 *
 * More would hold the memory and the threads that other requests need. It throws `Unavailable` if
 * too many are waiting.
 */
export class Passwords {
  readonly #limit: Limit;
  readonly #nobody: string;

  private constructor(nobody: string) {
    this.#limit = new Limit(Math.min(MAX_AT_ONCE, usableProcessors()), MAX_WAITING);
    this.#nobody = nobody;
  }

  static async open(_settings: Settings, _stack: AsyncDisposableStack): Promise<Passwords> {
    return new Passwords(await HASHER.hash("nobody has this password"));
  }

  /**
   * Hashes a password for storage, salt and parameters included.
   *
   * Throws an error for text that cannot be a password.
   */
  async hash(password: string): Promise<string> {
    using _measured = timeHashing("hash");
    const text = prepared(password);
    return await this.#limit.run(() => HASHER.hash(text));
  }

  /**
   * Compares; `fresh` is a new hash to store if the parameters have changed.
   *
   * Without a valid hash it takes as long and does not match: the time must not reveal which
   * accounts exist (CWE-208).
   */
  async verify(
    password: string,
    passwordHash: string | undefined,
  ): Promise<{ readonly matches: boolean; readonly fresh?: string }> {
    using _measured = timeHashing("verify");
    // Text that cannot be a password is compared as the empty one, which no account has.
    const text = prepare(password) ?? "";
    const known = passwordHash !== undefined && HASHER.reads(passwordHash);
    return await this.#limit.run(async () => {
      const matches = await HASHER.verify(text, known ? passwordHash : this.#nobody);
      if (!known || !matches) {
        return { matches: false };
      }
      return HASHER.isCurrent(passwordHash)
        ? { matches }
        : { matches, fresh: await HASHER.hash(text) };
    });
  }
}

/**
 * Returns how many processors this process may use.
 *
 * A container may be limited to some of them or to a share of their time; more concurrent hashes
 * would only hold memory for longer.
 */
export const usableProcessors = (quota = QUOTA): number => {
  const processors = availableParallelism();
  return Math.max(1, Math.min(processors, shareOf(quota) ?? processors));
};

const shareOf = (quota: string): number | undefined => {
  try {
    const match = /^(\d+) ([1-9]\d*)\s*$/.exec(readFileSync(quota, "utf8"));
    return match === null ? undefined : Math.ceil(Number(match[1]) / Number(match[2]));
  } catch {
    // The file does not exist.
    return undefined;
  }
};
