/** Work that must not delay a response, whose time would tell what it found. */

import type { FastifyReply } from "fastify";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";

/** Runs a task when the response has been sent. At shutdown, the jobs wait for it. */
export const afterResponse = (
  { jobs }: Resources,
  reply: FastifyReply,
  task: () => Promise<void>,
): void => {
  jobs.begin();
  reply.raw.once("close", () => {
    task()
      .catch((error: unknown) => log.error({ event: "background.failed", err: error }))
      .finally(() => jobs.finish());
  });
};
