/** How Kysely and MikroORM speak to SQLite. */

import { SqlitePlatform } from "@mikro-orm/sql";
import { type Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";

class Adapter extends SqliteAdapter {
  /** Readers and the writer do not wait for each other. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

export const GRAMMAR = {
  Platform: SqlitePlatform,
  createAdapter: () => new Adapter(),
  createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  /** Writes the place of a value, counted from one. */
  placeholder: (_number: number) => "?",
  fixedBytes: (_length: number) => "blob",
};
