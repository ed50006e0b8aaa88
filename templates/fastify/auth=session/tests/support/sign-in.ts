/** How test callers authenticate: with a session cookie, as browsers do. */

import assert from "node:assert/strict";
import type { User } from "../../src/users/model.ts";
import { type Answer, Client } from "./client.ts";
import { giveUsualPassword, PASSWORD } from "./passwords.ts";
import type { Service } from "./service.ts";

export const LOGIN_URL = "/api/v1/auth/login";
export const CSRF_HEADER = "x-csrf-token";
export const ORIGIN = "http://localhost";

/** The headers of a credential, and the prefix of the first one's value. */
export const CREDENTIAL_HEADERS = ["cookie", CSRF_HEADER];
export const CREDENTIAL_START = "session=";

/** Public routes of this method. */
export const PUBLIC_ROUTES: ReadonlySet<string> = new Set([
  "POST /api/v1/auth/login",
  "POST /api/v1/auth/register",
  "POST /api/v1/auth/verify-email",
  "POST /api/v1/auth/forgot-password",
  "POST /api/v1/auth/reset-password",
]);
/** What takes no permission. */
export const OPEN_ROUTES: ReadonlySet<string> = new Set([
  "GET /api/v1/users/me",
  "GET /api/v1/auth/csrf",
  "POST /api/v1/auth/logout",
]);

/** Tries to sign in, from a browser beside the client's. */
export const attemptSignIn = (
  client: Client,
  email: string,
  password = PASSWORD,
): Promise<Answer> => {
  const { app, address } = client;
  return new Client(app, address).post(LOGIN_URL, { json: { email, password } });
};

/** Signs in and keeps the session in the client, as a page of the service would. */
export const logIn = async (
  client: Client,
  user: User,
  password = PASSWORD,
): Promise<{ readonly csrf_token: string; readonly expires_in: number }> => {
  const [page = ORIGIN] = client.app.resources.settings.corsOrigins;
  client.headers["origin"] = page;
  const answer = await client.post(LOGIN_URL, { json: { email: user.email, password } });
  assert.equal(answer.statusCode, 200, answer.body);
  keepCookie(client, answer);
  const body = answer.json<{ csrf_token: string; expires_in: number }>();
  client.headers[CSRF_HEADER] = body.csrf_token;
  return body;
};

/** Keeps the cookie that an answer sets, as a browser does. */
export const keepCookie = (client: Client, answer: Answer): void => {
  const [pair = ""] = String(answer.headers["set-cookie"] ?? "").split(";");
  if (pair.endsWith("=")) {
    delete client.headers["cookie"];
  } else if (pair !== "") {
    client.headers["cookie"] = pair;
  }
};

/** Gives an account a password, signs in with it, and keeps the session in the client. */
export const signIn = async (service: Service, client: Client, user: User): Promise<void> => {
  await giveUsualPassword(service.resources, user);
  await logIn(client, user);
};
