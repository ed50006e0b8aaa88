/** Readiness: the dependencies of the service and their state. */

import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import { runOutsideRequests } from "../security/request-context.ts";
import { CHECKS } from "./checks.ts";

const CHECK_MILLISECONDS = 2_000;
const LOOK_EVERY_MILLISECONDS = 1_000;

export const STATES = ["ok", "unavailable"] as const;
type State = (typeof STATES)[number];
export type States = Readonly<Record<string, State>>;

/** Checks at most once a second: probes are not rate limited, and a flood must cost nothing. */
export class Readiness {
  readonly #resources: Resources;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #states: Promise<States> = Promise.resolve({});

  constructor(resources: Resources) {
    this.#resources = resources;
  }

  /** Returns the state of each dependency. */
  states(): Promise<States> {
    if (performance.now() - this.#lookedAt >= LOOK_EVERY_MILLISECONDS) {
      this.#lookedAt = performance.now();
      this.#states = runOutsideRequests(() => this.#look());
    }
    return this.#states;
  }

  async #look(): Promise<States> {
    const looks = Object.entries(CHECKS).map(
      async ([name, ping]) => [name, await check(name, () => ping(this.#resources))] as const,
    );
    return Object.fromEntries(await Promise.all(looks));
  }
}

const check = async (name: string, ping: () => Promise<void>): Promise<State> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("timed out")), CHECK_MILLISECONDS);
  try {
    await Promise.race([ping(), late]);
    return "ok";
  } catch (error) {
    log.warn({ event: "health.unavailable", check: name, err: error });
    return "unavailable";
  } finally {
    clearTimeout(timer);
  }
};
