/**
 * The identity provider's signing keys (OpenID Connect Discovery 1.0, RFC 7517).
 *
 * They are cached. An unknown key id may be a new key, so the keys are fetched again, but at most
 * once per interval: anyone can make up key ids. While the provider is unreachable, known keys stay
 * valid.
 */

import type { KeyObject } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { Unavailable } from "../errors.ts";
import { log } from "../logging.ts";
import { runOutsideRequests } from "../security/request-context.ts";
import type { Settings } from "../settings/index.ts";
import { isLoopback } from "../settings/network.ts";
import { isObject } from "./claims.ts";
import { SigningKeys } from "./signing-keys.ts";

/** A key that the provider withdraws is dropped within this time, even without a new one. */
export const MAX_AGE_MILLISECONDS = 600_000;
const PATIENCE_MILLISECONDS = 5_000;
// How long a probe waits for a fetch before it reports the previous state.
const PING_MILLISECONDS = 1_000;
const MAX_BYTES = 1024 * 1024;

/** The provider's response is invalid. */
class ProviderError extends Error {}

/** The discovery document names another issuer; retrying does not help. */
class WrongProvider extends ProviderError {}

/** Caches the provider's keys; all waiting requests share a single fetch. */
export class Provider {
  readonly #issuer: string;
  readonly #discoveryUrl: string;
  readonly #interval: number;
  readonly #mayBePlain: boolean;
  readonly #patience: number;
  readonly #stopping = new AbortController();
  #keys = new SigningKeys();
  #fetch: Promise<void> | undefined;
  #isFetching = false;
  #begunAt = Number.NEGATIVE_INFINITY;
  #hasFailed = false;
  #wrong: WrongProvider | undefined;

  constructor(settings: Settings, patience = PATIENCE_MILLISECONDS) {
    this.#issuer = settings.oidcIssuer;
    this.#discoveryUrl =
      settings.oidcDiscoveryUrl ||
      `${this.#issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`;
    this.#interval = settings.oidcJwksMinRefreshSeconds * 1000;
    // The settings allow plain HTTP to this machine only, and never in production.
    this.#mayBePlain = this.#discoveryUrl.startsWith("http:");
    this.#patience = patience;
  }

  /** The first token or readiness probe fetches the keys. */
  static async open(settings: Settings, stack: AsyncDisposableStack): Promise<Provider> {
    const provider = new Provider(settings);
    stack.defer(() => provider.#stop());
    return provider;
  }

  /**
   * Returns a key for an algorithm; undefined if the provider has no such key.
   *
   * Throws `Unavailable` if that is unknown because the provider is unreachable.
   */
  async key(keyId: string | undefined, algorithm: string): Promise<KeyObject | undefined> {
    const known = this.#keys.find(keyId, algorithm);
    if (known !== undefined) {
      if (this.#age() >= this.#maxAge(keyId)) {
        this.#begin(); // In the background: the known key is used meanwhile.
      }
      return known;
    }
    if (this.#age() >= this.#interval) {
      this.#begin();
    }
    await this.#fetch;
    const found = this.#keys.find(keyId, algorithm);
    if (found === undefined && this.#hasFailed) {
      const wait = Math.max(1, Math.ceil((this.#interval - this.#age()) / 1000));
      throw new Unavailable(wait);
    }
    return found;
  }

  /**
   * Throws `WrongProvider` if the discovery document names another issuer.
   *
   * An outage does not make this service unavailable: known keys stay valid.
   */
  async ping(): Promise<void> {
    // Before any token needs them: one that is signed with a withdrawn key may be the first.
    if (this.#age() >= this.#maxAge("")) {
      this.#begin();
    }
    const patience = new AbortController();
    const { signal } = patience;
    const waited = setTimeout(PING_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    await Promise.race([this.#fetch, waited]);
    patience.abort();
    if (this.#wrong !== undefined) {
      throw this.#wrong;
    }
  }

  #age(): number {
    return performance.now() - this.#begunAt;
  }

  #maxAge(keyId: string | undefined): number {
    // A token without a key id does not show that it is signed with a new key.
    const isUnsure = keyId === undefined || this.#hasFailed;
    return isUnsure ? this.#interval : Math.max(MAX_AGE_MILLISECONDS, this.#interval);
  }

  #begin(): void {
    if (!this.#isFetching) {
      this.#isFetching = true;
      this.#begunAt = performance.now();
      this.#hasFailed = true; // Until it has succeeded.
      this.#fetch = runOutsideRequests(() => this.#fetchKeys());
    }
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    await this.#fetch;
  }

  async #fetchKeys(): Promise<void> {
    try {
      this.#keys = await this.#readKeys();
      this.#hasFailed = false;
      this.#wrong = undefined;
    } catch (error) {
      // Whatever it is, the keys at hand stay.
      this.#wrong = error instanceof WrongProvider ? error : this.#wrong;
      log.error({ event: "oidc.provider.unavailable", ...reasonOf(error) });
    } finally {
      this.#isFetching = false;
    }
  }

  async #readKeys(): Promise<SigningKeys> {
    const timeout = AbortSignal.timeout(this.#patience);
    const signal = AbortSignal.any([timeout, this.#stopping.signal]);
    const document = await this.#get(this.#discoveryUrl, signal);
    if (document["issuer"] !== this.#issuer) {
      // It would vouch for the tokens of another provider (Discovery 1.0, 4.3).
      throw new WrongProvider("the discovery document does not name OIDC_ISSUER as its issuer");
    }
    const { keys } = await this.#get(String(document["jwks_uri"]), signal);
    if (!Array.isArray(keys)) {
      throw new ProviderError("the provider's key set has no list of keys");
    }
    const usable = SigningKeys.fromJwks(keys);
    if (usable.size === 0) {
      throw new ProviderError("the provider's key set has no key that this service can use");
    }
    return usable;
  }

  async #get(text: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    const url = URL.parse(text);
    const isPlain = this.#mayBePlain && url?.protocol === "http:" && isLoopback(url.hostname);
    if (url?.protocol !== "https:" && !isPlain) {
      throw new ProviderError("a URL of the provider is not https://");
    }
    const response = await fetch(text, { redirect: "error", signal });
    if (response.status !== 200 || response.body === null) {
      throw new ProviderError(`the provider answered ${response.status}`);
    }
    const document: unknown = JSON.parse(await bodyOf(response.body));
    if (!isObject(document)) {
      throw new ProviderError("the provider's answer is no JSON object");
    }
    return document;
  }
}

const bodyOf = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) {
      throw new ProviderError("the provider's answer is too long");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

/** Tells operators what has failed: `fetch` itself says so in the cause of its errors only. */
const reasonOf = (error: unknown): { readonly error: string; readonly reason: string } => {
  const origin = error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
  return origin instanceof Error
    ? { error: origin.name, reason: origin.message }
    : { error: typeof origin, reason: "" };
};
