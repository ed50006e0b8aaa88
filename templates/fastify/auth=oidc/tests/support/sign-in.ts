/** How test callers authenticate: with an access token of the provider. */

import { IdentityRepository } from "../../src/auth/identities.ts";
import type { Role } from "../../src/auth/permissions.ts";
import type { User } from "../../src/users/model.ts";
import { PROVIDER, ROLE_NAMES } from "./auth.ts";
import type { Client } from "./client.ts";
import { seconds } from "./provider.ts";
import type { Service } from "./service.ts";
import type { Fields } from "./signing.ts";

/** The headers of a credential, and the prefix of the first one's value. */
export const CREDENTIAL_HEADERS = ["authorization"];
export const CREDENTIAL_START = "Bearer ";

/** Public routes of this method: none. */
export const PUBLIC_ROUTES: ReadonlySet<string> = new Set();
/** What a credential without scopes may still do: read its account. */
export const OPEN_ROUTES: ReadonlySet<string> = new Set(["GET /api/v1/users/me"]);

/** Has the provider sign a token for a subject that it has given a role. */
export const tokenOf = (subject: string, role: Role, claims: Fields = {}): string =>
  PROVIDER.token(subject, { roles: ROLE_NAMES[role] ?? [], ...claims });

/** Keeps a token in a client. */
export const bear = (client: Client, token: string): void => {
  client.headers["authorization"] = `Bearer ${token}`;
};

/** Lets an account be that of a subject, and keeps a token of the subject in the client. */
export const signIn = async (
  { resources }: Service,
  client: Client,
  user: User,
  scopes: readonly string[] = [],
): Promise<void> => {
  const iat = seconds();
  await resources.database.transaction(async (transaction) => {
    const identities = new IdentityRepository(transaction);
    const identity = await identities.claim(resources.settings.oidcIssuer, user.id);
    if (identity !== undefined) {
      await identities.attach(identity.id, user.id, new Date(iat * 1000));
    }
  });
  const scope = scopes.length === 0 ? undefined : scopes.join(" ");
  bear(client, tokenOf(user.id, user.role, { iat, scope }));
};
