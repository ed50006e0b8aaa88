/** MikroORM over a pool. */

import {
  AbstractSqlConnection,
  AbstractSqlDriver,
  type AnyEntity,
  type Configuration,
  type EntityData,
  isRaw,
  MikroORM,
  NativeQueryBuilder,
  type QueryResult,
  type RawQueryFragment,
  type Transaction,
} from "@mikro-orm/sql";
import { CompiledQuery, type Dialect } from "kysely";
import { GRAMMAR } from "./grammar.ts";
import { dialectOf, type Pool } from "./pool.ts";
import type { Session } from "./session.ts";
import * as tables from "./tables.ts";

type Answer = QueryResult | EntityData<AnyEntity> | EntityData<AnyEntity>[];

const MARK = /\\\?|\?\??/g;

/**
 * Hands values to the driver apart from the text of their statement.
 *
 * MikroORM would write them into it.
 */
class BindingConnection extends AbstractSqlConnection {
  override createKyselyDialect(): Dialect {
    throw new Error("the dialect is given by `driverOptions`");
  }

  override async execute<Result extends Answer = EntityData<AnyEntity>[]>(
    query: string | NativeQueryBuilder | RawQueryFragment,
    given: readonly unknown[] | Record<string, unknown> = [],
    method: "all" | "get" | "run" = "all",
    transaction?: Transaction,
  ): Promise<Result> {
    await this.ensureConnection();
    const raw = query instanceof NativeQueryBuilder ? query.toRaw() : query;
    const values: unknown[] = [];
    const text = isRaw(raw)
      ? this.#bind(raw.sql, raw.params, values)
      : this.#bind(raw, Array.isArray(given) ? given : [], values);
    const statement = CompiledQuery.raw(text, values);
    const runner: Pick<ReturnType<typeof this.getClient>, "executeQuery"> = transaction ??
    this.getClient();
    return this.transformRawResult(await runner.executeQuery(statement), method);
  }

  /** Writes placeholders for values, and names of columns for `??`. */
  #bind(text: string, given: readonly unknown[], values: unknown[]): string {
    const next = given.values();
    const write = (value: unknown): string => {
      if (isRaw(value)) {
        return this.#bind(value.sql, value.params, values);
      }
      if (Array.isArray(value)) {
        return value.map(write).join(", ");
      }
      return GRAMMAR.placeholder(values.push(value));
    };
    return given.length === 0
      ? text
      : text.replaceAll(MARK, (mark) => {
          if (mark === "\\?") {
            return "?";
          }
          const { value } = next.next();
          return mark === "?" ? write(value) : this.platform.quoteIdentifier(String(value));
        });
  }
}

class PooledDriver extends AbstractSqlDriver<BindingConnection> {
  constructor(config: Configuration) {
    super(config, new GRAMMAR.Platform(), BindingConnection, []);
  }

  /** The pool has told what failed: MikroORM's own errors quote values. */
  protected override async rethrow<Result>(work: Promise<Result>): Promise<Result> {
    return await work;
  }
}

/** Builds the ORM, which connects when it is first used. */
export const openOrm = (pool: Pool): MikroORM<PooledDriver> =>
  new MikroORM({
    driver: PooledDriver,
    driverOptions: dialectOf(pool),
    dbName: "app",
    entities: Object.values(tables),
    timezone: "Z",
    // An administrator makes the database; the service may not.
    ensureDatabase: false,
    // What it says may quote values; what failed is told to whoever asked for it.
    logger: () => undefined,
  });

/**
 * Returns an entity manager of its own for a unit of work.
 *
 * Without `disableContextResolution`, what is begun in the midst of a transaction would be a part of
 * it, and a reader would read what is not committed.
 */
export const forkOf = ({ em }: MikroORM<PooledDriver>): Session =>
  em.fork({ disableContextResolution: true });
