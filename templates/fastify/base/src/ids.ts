/** Identifiers: UUIDv7 (RFC 9562), so that rows sort by creation time. */

import { randomBytes, randomUUIDv7 } from "node:crypto";

const COUNTER_BITS = 0xfff;

let lastMoment = 0;
let counter = 0;

/**
 * Generates an id; the ids of a process are strictly increasing.
 *
 * Node's own are in any order within a millisecond. Here the 12 bits after the time count
 * (RFC 9562, 6.2, method 1), and the other 62 are random.
 */
export const newId = (): string => {
  const random = randomUUIDv7();
  const moment = Number.parseInt(random.slice(0, 8) + random.slice(9, 13), 16);
  if (moment > lastMoment) {
    lastMoment = moment;
    // The upper half is left to count in.
    counter = randomBytes(2).readUInt16BE() & (COUNTER_BITS >> 1);
  } else if (++counter > COUNTER_BITS) {
    lastMoment++;
    counter = 0;
  }
  return `${timeText(lastMoment)}-7${counter.toString(16).padStart(3, "0")}${random.slice(18)}`;
};

/** Returns the smallest id of a point in time: every earlier id is smaller. */
export const firstIdAt = (moment: Date): string =>
  `${timeText(moment.getTime())}-7000-8000-000000000000`;

const timeText = (milliseconds: number): string => {
  const digits = milliseconds.toString(16).padStart(12, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
};
