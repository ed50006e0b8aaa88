/** Callers: accounts with clients that are signed in as them. */

import type { Role } from "../../src/auth/permissions.ts";
import type { User } from "../../src/users/model.ts";
import { Client } from "./client.ts";
import { makeUser } from "./factories.ts";
import type { Service } from "./service.ts";
import { signIn } from "./sign-in.ts";

/** An account and a client that is signed in as it. */
export interface Caller {
  readonly user: User;
  readonly client: Client;
}

/** Makes an account, and a client that is signed in as it. */
export const signUp = async (
  service: Service,
  role: Role = "user",
  {
    user,
    address,
  }: {
    readonly user?: User;
    readonly address?: string;
  } = {},
): Promise<Caller & { readonly headers: Record<string, string> }> => {
  const account = user ?? (await makeUser(service.resources, { role }));
  const client = new Client(service.app, address);
  await signIn(service, client, account);
  return { user: account, client, headers: client.headers };
};
