/** Queues mails as jobs, with an hourly limit for each recipient. */

import type { JobName } from "../jobs/registry.ts";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import type { Rate } from "../settings/rate.ts";

const PURPOSE = "rate-limit";
const HOUR = 3600;
const MAILS: Rate = { requests: 5, seconds: HOUR };
// Counted apart from mails for a new password: registering someone's address must not use those up.
const REGISTRATIONS: Rate = { requests: 3, seconds: HOUR };

/** Queues a mail that anyone who knows the address can request. */
export const sendOnRequest = (
  resources: Resources,
  job: JobName,
  recipient: string,
): Promise<void> => handOver(resources, job, recipient, "requested");

/** Queues a mail about a registration. */
export const sendOnRegistration = async (
  resources: Resources,
  job: JobName,
  recipient: string,
): Promise<void> => {
  if (await isWithin(resources, job, recipient, "registration", REGISTRATIONS)) {
    await sendOnRequest(resources, job, recipient);
  }
};

/**
 * Queues a notification for an owner.
 *
 * Counted separately: an attacker must not suppress it by requesting other mails first.
 */
export const sendNotice = (resources: Resources, job: JobName, recipient: string): Promise<void> =>
  handOver(resources, job, recipient, "notice");

const handOver = async (
  resources: Resources,
  job: JobName,
  recipient: string,
  name: string,
): Promise<void> => {
  if (await isWithin(resources, job, recipient, name, MAILS)) {
    await resources.jobs.enqueue(job, recipient);
  }
};

const isWithin = async (
  resources: Resources,
  job: JobName,
  recipient: string,
  name: string,
  rate: Rate,
): Promise<boolean> => {
  // A keyed hash: someone who can read the store must not find addresses in it.
  const digest = resources.keys.mac(PURPOSE, recipient).toString("hex");
  if (await resources.store.hit(`mail:${name}:${digest}`, rate)) {
    log.warn({ event: "mail.withheld", job, reason: "the recipient has had enough of them" });
    return false;
  }
  return true;
};
