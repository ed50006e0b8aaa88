/** Attempts at jobs. */

import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import { JOBS, type JobName } from "./registry.ts";

/** How long an attempt may take: longer than a mail server that is slow at every step. */
export const ATTEMPT = { milliseconds: 600_000 };
// ECONNREFUSED, AUTH PLAIN, 57P01: no address and no code of ours is written so.
const WORD = /^[A-Z\d][A-Z\d_ ]{1,30}$/;

/**
 * Attempts a job for the `number`th time; returns whether it succeeded.
 *
 * It never throws: a job must not end its worker. One that does not end in time holds its worker up
 * no longer: it has failed, whatever becomes of it.
 */
export const attempt = async (
  resources: Resources,
  name: JobName,
  argument: string,
  number: number,
): Promise<boolean> => {
  try {
    await inTime(async () => JOBS[name](resources, argument));
  } catch (error) {
    log.warn({ event: "job.failed", job: name, attempt: number, ...reasonOf(error) });
    return false;
  }
  return true;
};

const inTime = async (work: () => Promise<void>): Promise<void> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Overdue()), ATTEMPT.milliseconds).unref();
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
};

class Overdue extends Error {
  override readonly name = "Overdue";
}

/** Returns what is known of an error but its message, which may tell the argument. */
const reasonOf = (error: unknown) => {
  const { code, command, responseCode } = Object(error);
  return {
    error: error instanceof Error ? error.name : typeof error,
    code: wordOf(code),
    command: wordOf(command),
    response_code: Number.isInteger(responseCode) ? responseCode : undefined,
  };
};

const wordOf = (value: unknown): string | undefined =>
  typeof value === "string" && WORD.test(value) ? value : undefined;
