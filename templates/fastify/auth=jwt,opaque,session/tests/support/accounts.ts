/** Calls of the account endpoints, and their effects. */

import assert from "node:assert/strict";
import type { Resources } from "../../src/resources.ts";
import type { User } from "../../src/users/model.ts";
import { type UserChanges, UserRepository } from "../../src/users/repository.ts";
import type { Answer, Client } from "./client.ts";
import { makeUser } from "./factories.ts";
import { mailingService } from "./mailbox.ts";
import { giveUsualPassword, OTHER_PASSWORD, PASSWORD } from "./passwords.ts";
import type { Scope, ServiceOptions, Variables } from "./service.ts";
import { attemptSignIn } from "./sign-in.ts";

export const AUTH = "/api/v1/auth";
export const ME_URL = "/api/v1/users/me";
export const EMAIL = "ann@example.com";

/** Registers an address. */
export const register = (
  client: Client,
  email = EMAIL,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Answer> =>
  client.post(`${AUTH}/register`, {
    json: { email, password: PASSWORD, full_name: "Ann", ...fields },
  });

/** Confirms an address with a code; returns the status. */
export const verifyEmail = async (client: Client, token: string): Promise<number> =>
  (await client.post(`${AUTH}/verify-email`, { json: { token } })).statusCode;

/** Asks for a code that sets a new password. */
export const forgot = (client: Client, email: string): Promise<Answer> =>
  client.post(`${AUTH}/forgot-password`, { json: { email } });

/** Sets a new password with a code. */
export const reset = (client: Client, token: string, password = OTHER_PASSWORD): Promise<Answer> =>
  client.post(`${AUTH}/reset-password`, { json: { token, new_password: password } });

/** Changes the password of the client's account. */
export const change = (
  client: Client,
  current = PASSWORD,
  password = OTHER_PASSWORD,
): Promise<Answer> =>
  client.post(`${AUTH}/change-password`, {
    json: { current_password: current, new_password: password },
  });

/** Returns whether a password signs in. */
export const signsIn = async (
  client: Client,
  email: string,
  password = PASSWORD,
): Promise<boolean> => {
  const { statusCode } = await attemptSignIn(client, email, password);
  assert.ok(statusCode === 200 || statusCode === 401, String(statusCode));
  return statusCode === 200;
};

/** Reads the account of an address as it is now. */
export const stored = async (resources: Resources, email = EMAIL): Promise<User> => {
  const user = await resources.database.reader((reader) =>
    new UserRepository(reader).getByEmail(email),
  );
  assert.ok(user);
  return user;
};

/** Returns the parts of a response that could distinguish two addresses. */
export const shapeOf = ({ statusCode, headers, body }: Answer) => ({
  statusCode,
  headers: Object.keys(headers).sort(),
  body,
});

/** Returns the problem of a refusal without what names its request. */
export const problemOf = (answer: Answer): Record<string, unknown> => {
  const { request_id: _, ...problem } = answer.json<Record<string, unknown>>();
  return problem;
};

/** Returns the names of the fields that a 422 refuses. */
export const fieldsOf = (answer: Answer): string[] => {
  assert.equal(answer.statusCode, 422, answer.body);
  return answer.json<{ errors: { field: string }[] }>().errors.map(({ field }) => field);
};

/** Starts a service that leaves its mails in files, with an account that can sign in. */
export const startWithAccount = async (
  t: Scope,
  settings: Variables = {},
  options: ServiceOptions = {},
) => {
  const service = await mailingService(t, settings, options);
  const account = await makeUser(service.resources);
  await giveUsualPassword(service.resources, account);
  return { ...service, account };
};

/** Changes an account behind the service's back. */
export const updateUser = (
  { database }: Resources,
  { id }: User,
  changes: UserChanges,
): Promise<void> =>
  database.transaction((transaction) => new UserRepository(transaction).update(id, changes));
