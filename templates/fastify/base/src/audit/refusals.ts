/** Refusals in the audit trail, without a row for each of a flood. */

import type { Resources } from "../resources.ts";
import { currentRequest } from "../security/request-context.ts";
import type { EVENTS, EventName } from "./events.ts";
import { type About, type Details, record } from "./trail.ts";

/** An event that says how often a refusal was repeated. */
type RefusalName = {
  [Name in EventName]: "repeated" extends (typeof EVENTS)[Name][number] ? Name : never;
}[EventName];

/** `caller` is who is refused: refusals are counted for each. */
export interface Refusal<Name extends RefusalName> extends About<Name> {
  readonly caller: string;
}

const PURPOSE = "rate-limit";
const WINDOW = { requests: 1, seconds: 60 };
const REMEMBERED_SECONDS = 86_400;

/**
 * Records a refusal of a caller, at most once a minute.
 *
 * Refusals in between are counted, and the next event has their number in `repeated`.
 */
export const recordRefusal = async <Name extends RefusalName>(
  { store, database, keys }: Resources,
  event: Name,
  { caller, actorId, subjectId, details }: Refusal<Name>,
): Promise<void> => {
  // A keyed hash: addresses cannot be recovered from the store by trial.
  const key = `refusals:${event}:${keys.pseudonym(PURPOSE, caller)}`;
  if ((await store.hit(key, WINDOW)) > 0) {
    await store.add(key, REMEMBERED_SECONDS);
    currentRequest()?.kept.push(event);
    return;
  }
  const repeated = await store.take(key);
  const counted = repeated > 0 ? { ...details, repeated: String(repeated) } : { ...details };
  await database.transaction((transaction) =>
    record(transaction, event, { actorId, subjectId, details: counted as Details<Name> }),
  );
};
