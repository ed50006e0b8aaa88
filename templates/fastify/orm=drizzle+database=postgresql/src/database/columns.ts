/** Tables and columns, in PostgreSQL's types. */

import { timestamp, uuid, varchar } from "drizzle-orm/pg-core";

export {
  boolean as flag,
  bytea as bytes,
  index,
  pgTable as table,
  text as longText,
  uuid as id,
} from "drizzle-orm/pg-core";

/** The primary key of a table. */
export const key = (name: string) => uuid(name).primaryKey();

/** Text of up to `length` characters. */
export const text = (name: string, length: number) => varchar(name, { length });

/** A time, in UTC, as exact as a `Date`: a cursor of finer times would lose rows. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
