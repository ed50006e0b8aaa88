/** Work that must not delay a response, whose time would tell what it found. */

import type { FastifyReply } from "fastify";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import { onceClosed } from "../security/outcome.ts";

/**
 * Runs a task when the response has been sent, or its client has left.
 *
 * At shutdown, the jobs wait for it.
 */
export const afterResponse = (
  { jobs }: Resources,
  reply: FastifyReply,
  task: () => Promise<void>,
): void => {
  jobs.begin();
  onceClosed(reply, () => {
    task()
      .catch((error: unknown) => log.error({ event: "background.failed", err: error }))
      .finally(() => jobs.finish());
  });
};
