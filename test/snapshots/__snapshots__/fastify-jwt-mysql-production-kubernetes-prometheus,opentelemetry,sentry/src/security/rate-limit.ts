/** Rate limits (OWASP API4:2023), counted in the state store. */

import { record } from "../audit/trail.ts";
import { isUnusable } from "../database/failures.ts";
import { TooManyRequests } from "../errors.ts";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import type { Rate } from "../settings/rate.ts";
import { countRefusal } from "../telemetry/refusals.ts";
import { Network, parseAddress } from "./addresses.ts";
import { Remembered } from "./remembered.ts";

const PURPOSE = "rate-limit";
// An IPv6 subscriber has a /64: counting single addresses would be useless.
const IPV6_SUBSCRIBER_BITS = 64;

/** Counts the requests of one caller; throws `TooManyRequests` over the rate. */
export class RateLimiter {
  /** The client address, as it is counted. */
  readonly address: string;
  /** Whether the request was counted. */
  isCounted = false;
  /** Whether any limit counted it, also one of its own. */
  isLimited = false;
  readonly #resources: Resources;
  #principalId: string | undefined;

  constructor(resources: Resources, clientAddress: string | undefined) {
    this.#resources = resources;
    this.address = clientAddress === undefined ? "unknown" : counted.of(clientAddress);
  }

  /** Counts a request, by principal or, without one, by address. */
  limitDefault(principalId: string | undefined): Promise<void> {
    this.isCounted = true;
    this.#principalId = principalId;
    return this.count("default", this.#caller(principalId), this.#default);
  }

  /** Refuses an address over the default rate, without counting this request. */
  async refuseFlood(): Promise<void> {
    if (!this.#isEnabled) return;
    const key = this.#key("default", this.#caller(undefined));
    const wait = await this.#store.look(key, this.#default);
    if (wait > 0) await this.#refuse("default", key, this.#default, wait);
  }

  /** Counts a request of a caller under a limit's name. */
  async count(name: string, caller: string, rate: Rate): Promise<void> {
    this.isLimited = true;
    if (!this.#isEnabled) return;
    const key = this.#key(name, caller);
    const wait = await this.#store.hit(key, rate);
    if (wait > 0) await this.#refuse(name, key, rate, wait);
  }

  /** Resets the count of a caller under a limit's name. */
  async forget(name: string, caller: string, rate: Rate): Promise<void> {
    if (this.#isEnabled) await this.#store.forget(this.#key(name, caller), rate);
  }

  get #isEnabled(): boolean {
    return this.#resources.settings.rateLimitEnabled;
  }

  get #default(): Rate {
    return this.#resources.settings.rateLimitDefault;
  }

  get #store(): Resources["store"] {
    return this.#resources.store;
  }

  #caller(principalId: string | undefined): string {
    return principalId === undefined ? `address:${this.address}` : `principal:${principalId}`;
  }

  #key(name: string, caller: string): string {
    // A keyed hash: addresses cannot be recovered from the store by trial.
    return `${name}:${this.#resources.keys.pseudonym(PURPOSE, caller)}`;
  }

  async #refuse(name: string, key: string, rate: Rate, wait: number): Promise<void> {
    countRefusal(name);
    await this.#report(name, key, rate);
    throw new TooManyRequests(undefined, {
      "retry-after": String(wait),
      "ratelimit-policy": `"${name}";q=${rate.requests};w=${rate.seconds}`,
      ratelimit: `"${name}";r=0;t=${wait}`,
    });
  }

  async #report(name: string, key: string, { seconds }: Rate): Promise<void> {
    // Once per window: a flood of requests must not become a flood of rows.
    if ((await this.#store.hit(`reported:${key}`, { requests: 1, seconds })) > 0) return;
    try {
      await this.#resources.database.transaction((transaction) =>
        record(transaction, "rate_limit.exceeded", {
          actorId: this.#principalId,
          details: { limit: name },
        }),
      );
    } catch (error) {
      if (!isUnusable(error)) throw error;
      // The request is refused in any case.
      log.error({ event: "audit.lost", limit: name, err: error });
    }
  }
}

/** Returns the address or, for IPv6, the subscriber's network. */
export const countedAddress = (text: string): string => {
  const address = parseAddress(text);
  return address === undefined || address.bytes.length === 4
    ? text
    : new Network(address, IPV6_SUBSCRIBER_BITS).toString();
};

const counted = new Remembered(countedAddress);
