/** How test callers authenticate: with an API key. */

import type { IssuedApiKey } from "../../src/api-keys/model.ts";
import * as service from "../../src/api-keys/service.ts";
import { ALL_PERMISSIONS } from "../../src/auth/permissions.ts";
import { now } from "../../src/clock.ts";
import type { Resources } from "../../src/resources.ts";
import { noteUse } from "../../src/tokens/use.ts";
import type { User } from "../../src/users/model.ts";
import type { Client } from "./client.ts";
import type { Service } from "./service.ts";

export const KEY_HEADER = "x-api-key";

/** The headers of a credential, and the prefix of the first one's value. */
export const CREDENTIAL_HEADERS = [KEY_HEADER];
export const CREDENTIAL_START = `csa_${"0".repeat(32)}_`;

/** Public routes of this method: none. */
export const PUBLIC_ROUTES: ReadonlySet<string> = new Set();
/** What a credential without scopes may still do: read its account. */
export const OPEN_ROUTES: ReadonlySet<string> = new Set(["GET /api/v1/users/me"]);

/** Stores a key of an account; without scopes, one that only the role limits. */
export const makeKey = (
  resources: Resources,
  owner: User,
  scopes: readonly string[] = ALL_PERMISSIONS,
  expiresAt?: Date,
): Promise<IssuedApiKey> =>
  resources.database.transaction((transaction) =>
    service.issue(transaction, resources, { owner, name: "Test key", scopes, expiresAt }),
  );

/** Creates a key for an account, and sets it in the client. */
export const signIn = async (
  { resources }: Service,
  client: Client,
  user: User,
  scopes: readonly string[] = [],
): Promise<void> => {
  const key = await makeKey(resources, user, scopes.length === 0 ? undefined : scopes);
  // It was used already, so that its first use does not add a statement to other tests.
  await resources.database.transaction((transaction) =>
    noteUse(transaction, key.token, key.token.digest, now()),
  );
  client.headers[KEY_HEADER] = key.text;
};
