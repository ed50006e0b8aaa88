/**
 * Pages of accounts, cached for a few seconds, since administrators mostly read lists.
 *
 * Only the content of a page is cached, never the permission to see it, which is checked on each
 * request.
 */

import { newId } from "../ids.ts";
import type { PageRequest } from "../pagination.ts";
import type { Resources } from "../resources.ts";
import { DecryptionError, type Place } from "../security/encryption.ts";
import { UserRepository } from "./repository.ts";
import { userOut } from "./schemas.ts";

/** How long a page is kept, and a change by another process may be invisible. */
export const SECONDS = 5;
const GENERATION = "users:generation";

/** Returns a page as JSON. */
export const read = async (resources: Resources, page: PageRequest): Promise<string> => {
  const { store, cipher, database } = resources;
  // The generation is read before the rows: a page that is read while an account changes is cached
  // under an outdated generation, which is never read.
  const generation = await generationOf(resources);
  const column = `users:${page.limit}:${page.after}`;
  const place = { table: "cache", column, rowId: generation };
  const key = `${column}:${generation}`;
  const known = unsealed(resources, await store.get(key), place);
  if (known !== undefined) {
    return known;
  }
  const rows = await database.reader((reader) =>
    new UserRepository(reader).page(page.limit + 1, page.after),
  );
  const text = JSON.stringify(page.of(rows.map(userOut)));
  // Encrypted like a database field: the store must not reveal addresses.
  await store.set(key, cipher.seal(text, place), SECONDS);
  return text;
};

/** Invalidates the cached pages: an account was added, changed or deleted. */
export const forget = async ({ store }: Resources): Promise<void> => {
  await store.delete(GENERATION);
};

const generationOf = async ({ store }: Resources): Promise<string> => {
  const known = await store.get(GENERATION);
  if (known !== undefined) {
    return known.toString();
  }
  const generation = newId();
  await store.set(GENERATION, Buffer.from(generation), SECONDS);
  return generation;
};

const unsealed = (
  { cipher }: Resources,
  sealed: Buffer | undefined,
  place: Place,
): string | undefined => {
  try {
    return sealed && cipher.unseal(sealed, place);
  } catch (error) {
    if (error instanceof DecryptionError) {
      return undefined;
    }
    throw error;
  }
};
