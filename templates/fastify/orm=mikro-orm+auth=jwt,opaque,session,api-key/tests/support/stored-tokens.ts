/** What the tests ask of stored credentials beyond the service's own queries. */

import type { Resources } from "../../src/resources.ts";
import { tokens } from "../../src/tokens/table.ts";

/** Lists what is stored of the tokens of an account: of all, or of these kinds. */
export const storedDigests = async (
  { database }: Resources,
  userId: string,
  ...kinds: readonly string[]
): Promise<Buffer[]> => {
  const ofKinds = kinds.length > 0 ? { kind: { $in: [...kinds] } } : {};
  const rows = await database.reader((reader) => reader.find(tokens, { userId, ...ofKinds }));
  return rows.map((row) => row.digest);
};
