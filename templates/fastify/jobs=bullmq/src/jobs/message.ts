/** Jobs as they lie in Redis: sealed, so that whoever can write there can make none. */

import type { Job } from "bullmq";
import {
  DecryptionError,
  type FieldCipher,
  type Place,
  UnknownKeyError,
} from "../security/encryption.ts";
import { JOBS, type JobName } from "./registry.ts";

export const QUEUE = "jobs";
const MAX_CHARACTERS = 65_536;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A job of the service. */
interface Opened {
  readonly name: JobName;
  readonly argument: string;
}

/** A job in Redis is none of this service; `message` tells why. */
export class NotAJob extends Error {}

/** An argument is longer than a worker takes. */
export class TooLong extends RangeError {}

/**
 * Seals the argument of a job.
 *
 * Encrypted, since it may be an address, and authenticated with the name and id of the job, so that
 * write access to Redis is not enough to create one.
 */
export const seal = (cipher: FieldCipher, id: string, { name, argument }: Opened): string => {
  const sealed = cipher.seal(argument, place(id, name)).toString("base64");
  if (sealed.length > MAX_CHARACTERS) throw new TooLong(`the argument of ${name} is too long`);
  return sealed;
};

/** Opens a job that was sealed here; throws `NotAJob`, or `UnknownKeyError`. */
export const open = (cipher: FieldCipher, { id, name, data }: Job<unknown>): Opened => {
  const isText = typeof data === "string" && data.length <= MAX_CHARACTERS;
  if (!isText || id === undefined || !ID.test(id) || !isKnown(name)) {
    throw new NotAJob("it cannot be read");
  }
  try {
    return { name, argument: cipher.unseal(Buffer.from(data, "base64"), place(id, name)) };
  } catch (error) {
    if (error instanceof UnknownKeyError) throw error;
    if (error instanceof DecryptionError) throw new NotAJob("this service did not make it");
    throw error;
  }
};

const isKnown = (name: string): name is JobName => Object.hasOwn(JOBS, name);

const place = (rowId: string, column: string): Place => ({ table: "jobs", column, rowId });
