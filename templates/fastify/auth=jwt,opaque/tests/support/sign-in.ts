/** How test callers authenticate: with a bearer token. */

import assert from "node:assert/strict";
import type { User } from "../../src/users/model.ts";
import type { Answer, Client } from "./client.ts";
import { giveUsualPassword, PASSWORD } from "./passwords.ts";
import type { Service } from "./service.ts";

export const TOKEN_URL = "/api/v1/auth/token";
export const REFRESH_URL = "/api/v1/auth/refresh";
export const REVOKE_URL = "/api/v1/auth/revoke";
export const ME_URL = "/api/v1/users/me";

/** The headers of a credential, and the prefix of the first one's value. */
export const CREDENTIAL_HEADERS = ["authorization"];
export const CREDENTIAL_START = "Bearer ";

/** Public routes of this method. */
export const PUBLIC_ROUTES: ReadonlySet<string> = new Set([
  "POST /api/v1/auth/token",
  "POST /api/v1/auth/refresh",
  "POST /api/v1/auth/revoke",
  "POST /api/v1/auth/register",
  "POST /api/v1/auth/verify-email",
  "POST /api/v1/auth/forgot-password",
  "POST /api/v1/auth/reset-password",
]);
/** What a credential without scopes may still do: read its account and sign out. */
export const OPEN_ROUTES: ReadonlySet<string> = new Set([
  "GET /api/v1/users/me",
  "POST /api/v1/auth/logout",
]);

export interface Tokens {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly scope: string;
}

/** Tries to sign in. */
export const attemptSignIn = (
  client: Client,
  email: string,
  password = PASSWORD,
  form: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  client.post(TOKEN_URL, {
    form: { grant_type: "password", username: email, password, ...form },
  });

/** Signs in; returns the answer with its tokens. */
export const tokensOf = async (
  client: Client,
  user: User,
  form: Readonly<Record<string, string>> = {},
): Promise<Tokens> => {
  const answer = await attemptSignIn(client, user.email, PASSWORD, form);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<Tokens>();
};

/** Gives an account a password, signs in with it, and keeps the credential in the client. */
export const signIn = async (
  service: Service,
  client: Client,
  user: User,
  scopes: readonly string[] = [],
): Promise<void> => {
  await giveUsualPassword(service.resources, user);
  const tokens = await tokensOf(client, user, { scope: scopes.join(" ") });
  client.headers["authorization"] = `Bearer ${tokens.access_token}`;
};

/** Exchanges a refresh token. */
export const refreshed = (client: Client, refreshToken: string): Promise<Answer> =>
  client.post(REFRESH_URL, { json: { refresh_token: refreshToken } });

/** Calls a private route with an access token; returns the status. */
export const statusWith = async (client: Client, accessToken: string): Promise<number> => {
  const headers = { authorization: `Bearer ${accessToken}` };
  return (await client.get(ME_URL, { headers })).statusCode;
};
