/** What is known of a request from its first moment, also to code that does not see the request. */

import { AsyncLocalStorage } from "node:async_hooks";
import { asProblem, type ProblemShape } from "../errors.ts";
import type { Caller } from "./client-address.ts";

export const PROBES: ReadonlySet<string> = new Set(["/health/live", "/health/ready"]);

export class RequestContext {
  readonly id: string;
  /** The path without the query. */
  readonly path: string;
  /** The client's address; undefined if it is unknown. */
  readonly address: string | undefined;
  /** What is logged of it. */
  readonly loggedAddress: string | undefined;
  /** The scheme that trusted proxies name: `http`, `https` or nothing. */
  readonly scheme: string;
  readonly host: string;
  /** The security events of the request that were recorded. */
  readonly kept: string[] = [];
  principalId: string | undefined = undefined;
  shape: ProblemShape = asProblem;
  /** The client was told that the service is too slow: nothing may be committed any more. */
  isExpired = false;

  constructor(id: string, path: string, caller: Caller, loggedAddress: string | undefined) {
    this.id = id;
    this.path = path;
    this.address = caller.address;
    this.loggedAddress = loggedAddress;
    this.scheme = caller.scheme;
    this.host = caller.host;
  }
}

const current = new AsyncLocalStorage<RequestContext>();

/** Returns the context of the request that the caller works for. */
export const currentRequest = (): RequestContext | undefined => current.getStore();

/** Runs work for a request. */
export const runInRequest = (context: RequestContext, work: () => void): void =>
  current.run(context, work);

/** Runs work that outlives the current request, and must not be logged as a part of it. */
export const runOutsideRequests = <T>(work: () => T): T => current.exit(work);
