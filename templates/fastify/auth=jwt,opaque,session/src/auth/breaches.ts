/**
 * Breached passwords, looked up at a range service.
 *
 * It is asked for all hashes with the same first five digits, so it does not learn which one was
 * meant (k-anonymity, see https://haveibeenpwned.com/API/v3#PwnedPasswords).
 */

import { hash } from "node:crypto";
import { log } from "../logging.ts";
import type { Settings } from "../settings/index.ts";

const PATIENCE_MILLISECONDS = 2_000;
const MAX_BYTES = 256 * 1024;
const PREFIX_LENGTH = 5;

/** Asks the service of `PASSWORD_BREACH_URL`, if there is one. */
export class Breaches {
  readonly #url: string;
  readonly #patience: number;

  constructor(url: string, patience = PATIENCE_MILLISECONDS) {
    this.#url = url;
    this.#patience = patience;
  }

  static async open(settings: Settings, _stack: AsyncDisposableStack): Promise<Breaches> {
    return new Breaches(settings.passwordBreachUrl);
  }

  /**
   * Returns whether a prepared password is known from a breach.
   *
   * Returns false if the service does not answer in time: its outage must not prevent setting a
   * password.
   */
  async contain(password: string): Promise<boolean> {
    if (this.#url === "") {
      return false;
    }
    // Not for secrecy: the service lists passwords by this hash.
    const digest = hash("sha1", password, "hex").toUpperCase();
    try {
      const listed = await this.#range(digest.slice(0, PREFIX_LENGTH));
      // Lines with a count of 0 are padding.
      return (listed.get(digest.slice(PREFIX_LENGTH)) ?? 0) > 0;
    } catch (error) {
      log.warn({ event: "password.breach_check.failed", error: nameOf(error) });
      return false;
    }
  }

  /** Fetches the rest of each hash with a prefix, and how often it was seen. */
  async #range(prefix: string): Promise<Map<string, number>> {
    const answer = await fetch(`${this.#url}/${prefix}`, {
      // Padding: the length of a response must not reveal the range to an eavesdropper.
      headers: { "Add-Padding": "true" },
      redirect: "error",
      signal: AbortSignal.timeout(this.#patience),
    });
    if (answer.status !== 200 || answer.body === null) {
      throw new RangeError("the service did not answer with a list");
    }
    return parse(await read(answer.body));
  }
}

const read = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) {
      throw new RangeError("the list is too long");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("ascii");
};

const parse = (text: string): Map<string, number> => {
  const listed = new Map<string, number>();
  for (const line of text.split(/\r?\n/).filter(Boolean)) {
    const match = /^\s*([0-9A-Fa-f]{35})\s*:\s*(\d{1,15})\s*$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) {
      throw new RangeError("the answer is no list of hashes");
    }
    listed.set(match[1].toUpperCase(), Number(match[2]));
  }
  return listed;
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
