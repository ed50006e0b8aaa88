/** Rate limits of authentication, stricter than those of other requests (OWASP API2:2023). */

import type { FastifyRequest } from "fastify";
import { TooManyRequests } from "../errors.ts";
import { isKnown } from "./known-clients.ts";

/**
 * Counts a sign-in attempt by client address and, unless it succeeds, by account.
 *
 * `what` is what is tried, such as `login`. It is counted before it is tried, so that concurrent
 * attempts cannot all pass the check. A success resets the count of the account.
 */
export const attempting = async <T>(
  request: FastifyRequest,
  what: string,
  account: string,
  signIn: () => Promise<T>,
): Promise<T> => {
  const { limiter } = request.visit;
  const { resources } = request.server;
  const { rateLimitAuth: rate } = resources.settings;
  await limiter.count(what, `address:${limiter.address}`, rate);
  let caller = `account:${account.toLowerCase()}`;
  try {
    await limiter.count(what, caller, rate);
  } catch (error) {
    // An attacker who guesses from changing addresses must not lock the owner out.
    const { address } = request.requestContext;
    if (!(error instanceof TooManyRequests && (await isKnown(resources, account, address)))) {
      throw error;
    }
    caller = `${caller}:${limiter.address}`;
    await limiter.count(what, caller, rate);
  }
  const signedIn = await signIn();
  await limiter.forget(what, caller, rate);
  return signedIn;
};

/** Counts an attempt at `what` by client address and by target account. */
export const limitAuth = async (
  request: FastifyRequest,
  what: string,
  account?: string,
): Promise<void> => {
  const { limiter } = request.visit;
  const { rateLimitAuth: rate } = request.server.resources.settings;
  await limiter.count(what, `address:${limiter.address}`, rate);
  if (account !== undefined) {
    await limiter.count(what, `account:${account.toLowerCase()}`, rate);
  }
};
