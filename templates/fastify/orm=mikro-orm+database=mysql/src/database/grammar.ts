/** How Kysely and MikroORM speak to MySQL and MariaDB. */

import { BaseMySqlPlatform } from "@mikro-orm/sql";
import { type Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler } from "kysely";

export const GRAMMAR = {
  Platform: BaseMySqlPlatform,
  createAdapter: () => new MysqlAdapter(),
  createIntrospector: (db: Kysely<unknown>) => new MysqlIntrospector(db),
  createQueryCompiler: () => new MysqlQueryCompiler(),
  /** Writes the place of a value, counted from one. */
  placeholder: (_number: number) => "?",
  fixedBytes: (length: number) => `varbinary(${length})`,
};
