/** The rate limiting and audit of one request. */

import { recordRefusal } from "../audit/refusals.ts";
import { isUnusable } from "../database/failures.ts";
import { TooManyRequests } from "../errors.ts";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import type { KnownCallers } from "./known-callers.ts";
import { RateLimiter } from "./rate-limit.ts";
import type { RequestContext } from "./request-context.ts";

// Not the caller's fault: it was counted already, or the service is unavailable.
const NOT_COUNTED = new Set([429, 503]);
// How the names of events end that tell of a refusal.
const REFUSAL = /\.(denied|failed|refused|reused)$/;

/** A request, until its caller is known or it has failed. */
export class Visit {
  readonly limiter: RateLimiter;
  /** What an error refuses, as in `AppError`. */
  refuses: "credential" | "access" | undefined = undefined;
  readonly #resources: Resources;
  readonly #context: RequestContext;
  readonly #fingerprint: string | undefined;
  readonly #known: KnownCallers;
  #showedNothing = false;

  constructor(
    resources: Resources,
    context: RequestContext,
    fingerprint: string | undefined,
    known: KnownCallers,
  ) {
    this.limiter = new RateLimiter(resources, context.address);
    this.#resources = resources;
    this.#context = context;
    this.#fingerprint = fingerprint;
    this.#known = known;
  }

  /** Counts the request for its caller, if known; throws `TooManyRequests`. */
  admit(): Promise<void> {
    const caller = this.#fingerprint && this.#known.get(this.#fingerprint);
    return caller ? this.limiter.limitDefault(caller) : this.limiter.refuseFlood();
  }

  /** Counts the request for its caller, unless it was counted; throws `TooManyRequests`. */
  async identify(principalId: string): Promise<void> {
    this.#context.principalId = principalId;
    if (this.#fingerprint !== undefined) this.#known.set(this.#fingerprint, principalId);
    if (!this.limiter.isCounted) await this.limiter.limitDefault(principalId);
  }

  /** Forgets the caller: the credential is invalid or missing. */
  disown(): void {
    if (this.#fingerprint === undefined) {
      this.#showedNothing = true;
    } else {
      this.#known.delete(this.#fingerprint);
      this.limiter.isCounted = false;
    }
  }

  /** Records a refusal; counts by address what ends before its caller was known. Never throws. */
  async end(status: number): Promise<void> {
    try {
      // The code that refused may have recorded a more specific event.
      const isRecorded = this.#context.kept.some((event) => REFUSAL.test(event));
      if (this.refuses && !this.#showedNothing && !isRecorded) {
        await this.#recordRefusal(this.refuses);
      }
      const isCounted = status < 400 ? this.limiter.isLimited : this.limiter.isCounted;
      if (NOT_COUNTED.has(status) || isCounted) return;
      await this.limiter.limitDefault(undefined);
    } catch (error) {
      // Of concurrent requests, this one still gets its response; the next one is refused.
      if (error instanceof TooManyRequests) return;
      // The answer is made already: in its place, the framework would tell what went wrong.
      log.error({ event: "request.crashed", err: error });
    }
  }

  async #recordRefusal(what: "credential" | "access"): Promise<void> {
    const { principalId } = this.#context;
    const by = { caller: principalId ?? this.limiter.address, actorId: principalId };
    try {
      if (what === "credential") {
        await recordRefusal(this.#resources, "auth.credential.refused", by);
      } else {
        await recordRefusal(this.#resources, "access.denied", by);
      }
    } catch (error) {
      if (!isUnusable(error)) throw error;
      // The request is refused in any case.
      log.error({ event: "audit.lost", refused: what, err: error });
    }
  }
}
