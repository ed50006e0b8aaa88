/** How a request ended. */

import type { FastifyReply, FastifyRequest } from "fastify";
import { Remembered } from "./remembered.ts";

/** The status of a request whose client has disconnected, as in nginx. */
const CLIENT_WENT_AWAY = 499;

/** Returns the status of an answer, once it is closed. */
export const statusOf = ({ raw }: FastifyReply): number =>
  raw.headersSent ? raw.statusCode : CLIENT_WENT_AWAY;

/** Does something once an answer is closed: now, if its client has already left. */
export const onceClosed = ({ raw }: FastifyReply, work: () => void): void => {
  if (raw.closed) work();
  else raw.once("close", work);
};

/** Returns the template of the route: `/api/v1/users/{user_id}`. */
export const routeOf = ({ routeOptions, is404 }: FastifyRequest): string | null =>
  is404 || routeOptions.url === undefined ? null : templates.of(routeOptions.url);

const templates = new Remembered((url) => url.replace(/:(\w+)/g, "{$1}"));
