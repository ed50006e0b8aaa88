/** A service that trusts a provider of the test's own. */

import type { TestContext } from "node:test";
import type { Answer, Options } from "./client.ts";
import { type Provider, startProvider } from "./provider.ts";
import { type Service, startService, type Variables } from "./service.ts";

export const ME_URL = "/api/v1/users/me";
export const USERS_URL = "/api/v1/users";
export const EXPORT_URL = "/api/v1/users/export";

type Method = "GET" | "PATCH" | "DELETE";

/** A service, its provider, and how to call it with a token. */
export interface Trusting {
  readonly provider: Provider;
  readonly service: Service;
  call(token: string, url?: string, method?: Method, options?: Options): Promise<Answer>;
  status(token: string, url?: string): Promise<number>;
}

/** Runs a service whose identity provider is that of the test. */
export const startTrusting = async (
  t: TestContext,
  settings: Variables = {},
): Promise<Trusting> => {
  const provider = await startProvider(t);
  return trust(provider, await startService(t, { OIDC_ISSUER: provider.issuer, ...settings }));
};

/** Calls a service with the tokens of a provider. */
export const trust = (provider: Provider, service: Service): Trusting => {
  const call: Trusting["call"] = (token, url = ME_URL, method = "GET", options = {}) =>
    service.client.request(method, url, {
      ...options,
      headers: { authorization: `Bearer ${token}` },
    });
  return {
    provider,
    service,
    call,
    status: async (token, url) => (await call(token, url)).statusCode,
  };
};
