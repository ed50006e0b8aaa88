/** How Kysely and MikroORM speak to PostgreSQL. */

import { BasePostgreSqlPlatform } from "@mikro-orm/sql";
import { type Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";

export const GRAMMAR = {
  Platform: BasePostgreSqlPlatform,
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
  /** Writes the place of a value, counted from one. */
  placeholder: (number: number) => `$${number}`,
  fixedBytes: (_length: number) => "bytea",
};
