/** API key to principal. */

import type { FastifyRequest } from "fastify";
import { KIND } from "../api-keys/model.ts";
import { KeySecret } from "../api-keys/secret.ts";
import { now } from "../clock.ts";
import { isUnusable } from "../database/failures.ts";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import { TokenRepository } from "../tokens/repository.ts";
import type { Token } from "../tokens/token.ts";
import { noteUse } from "../tokens/use.ts";
import { Principal } from "./principal.ts";

export const HEADER = "X-API-Key";
// No registered scheme (RFC 9110, 16.4.1) sends a credential in a header of its own.
export const CHALLENGE = `ApiKey header="${HEADER}"`;
export const SIGN_IN = `\
Send an API key as \`${HEADER}\`. \`node src/cli.ts create-admin\` prints the first one, and
\`POST /api/v1/api-keys\` creates others. In Swagger UI, press **Authorize**.`;
const USE_PRECISION_MILLISECONDS = 60_000;

/** Returns the credential of a request, without checking it. */
export const credentialOf = (request: FastifyRequest): string | undefined => {
  const value = request.headers["x-api-key"];
  return (Array.isArray(value) ? value.join(", ") : value) || undefined;
};

/**
 * Returns the principal of the key; undefined unless key and account are both valid.
 *
 * One query for both, so revoking, disabling and demoting take effect immediately.
 */
export const authenticate = async (
  credential: string | undefined,
  resources: Resources,
): Promise<Principal | undefined> => {
  const secret = credential === undefined ? undefined : KeySecret.parse(credential);
  if (secret === undefined) {
    return undefined;
  }
  const at = now();
  const found = await resources.database.reader((reader) =>
    new TokenRepository(reader).findAlive(KIND, { familyId: secret.keyId }, at),
  );
  if (found === undefined || !secret.matches(resources.keys, found.token.digest)) {
    return undefined;
  }
  const { token, user } = found;
  await rememberUse(resources, secret, token, at);
  return new Principal({ user, sessionId: token.familyId, scopes: token.scopes ?? new Set() });
};

/**
 * Records that the key is used, at most once a minute: a write costs more than the query.
 *
 * A digest made with an earlier `SECRET_KEY` is replaced, so that keys in use stay valid after that
 * one is removed from the fallbacks.
 */
const rememberUse = async (
  { database, keys }: Resources,
  secret: KeySecret,
  token: Token,
  at: Date,
): Promise<void> => {
  const { lastUsedAt } = token;
  const isRecent =
    lastUsedAt !== undefined && at.getTime() - lastUsedAt.getTime() < USE_PRECISION_MILLISECONDS;
  if (isRecent && secret.isCurrent(keys, token.digest)) {
    return;
  }
  try {
    await database.transaction((transaction) =>
      noteUse(transaction, token, secret.digest(keys), at),
    );
  } catch (error) {
    if (!isUnusable(error)) throw error;
    // The key is valid in any case, and a database that cannot be written may still be read.
    log.error({ event: "api_key.use.lost", err: error });
  }
};
