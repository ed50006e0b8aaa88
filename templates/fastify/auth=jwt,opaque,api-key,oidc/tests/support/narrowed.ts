/** Callers whose credentials are narrowed to scopes. */

import type { Role } from "../../src/auth/permissions.ts";
import { Client } from "./client.ts";
import { makeUser } from "./factories.ts";
import type { Service } from "./service.ts";
import { signIn } from "./sign-in.ts";
import type { Caller } from "./sign-up.ts";

/** Makes an account, and a client that is signed in as it, narrowed to scopes. */
export const signUpNarrowed = async (
  service: Service,
  role: Role,
  scopes: readonly string[],
): Promise<Caller> => {
  const user = await makeUser(service.resources, { role });
  const client = new Client(service.app);
  await signIn(service, client, user, scopes);
  return { user, client };
};
