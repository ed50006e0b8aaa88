/** What the tests ask of stored credentials beyond the service's own queries. */

import { and, eq, inArray } from "drizzle-orm";
import type { Resources } from "../../src/resources.ts";
import { tokens } from "../../src/tokens/table.ts";

/** Lists what is stored of the tokens of an account: of all, or of these kinds. */
export const storedDigests = async (
  { database }: Resources,
  userId: string,
  ...kinds: readonly string[]
): Promise<Buffer[]> => {
  const ofKinds = kinds.length > 0 ? inArray(tokens.kind, [...kinds]) : undefined;
  const rows = await database.reader((reader) =>
    reader
      .select({ digest: tokens.digest })
      .from(tokens)
      .where(and(eq(tokens.userId, userId), ofKinds)),
  );
  return rows.map((row) => row.digest);
};
