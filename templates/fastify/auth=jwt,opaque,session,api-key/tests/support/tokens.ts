/** Stored credentials of a kind that no service has. */

import { now } from "../../src/clock.ts";
import { newId } from "../../src/ids.ts";
import type { Resources } from "../../src/resources.ts";
import { TokenRepository } from "../../src/tokens/repository.ts";
import { digest, newSecret, type Token } from "../../src/tokens/token.ts";

const HOUR = 3_600_000;

/** Stores a token that lives an hour, apart from what is given. */
export const makeToken = async (
  { database }: Resources,
  userId: string,
  given: Partial<Token> = {},
): Promise<Token> => {
  const at = now();
  const token: Token = {
    id: newId(),
    kind: "test",
    userId,
    familyId: newId(),
    digest: digest(newSecret()),
    createdAt: at,
    expiresAt: new Date(at.getTime() + HOUR),
    signedInAt: at,
    clientAddress: "2001:db8::1",
    ...given,
  };
  await database.transaction((transaction) => new TokenRepository(transaction).add(token));
  return token;
};

/** Finds a token by its digest, if it is valid. */
export const findAlive = ({ database }: Resources, token: Token, kind = "test") =>
  database.reader((reader) =>
    new TokenRepository(reader).findAlive(kind, { digest: token.digest }, now()),
  );
