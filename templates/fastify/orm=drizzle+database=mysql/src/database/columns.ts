/** Tables and columns, in the types of MySQL and MariaDB. */

import { customType, datetime, varchar } from "drizzle-orm/mysql-core";

export {
  boolean as flag,
  index,
  mysqlTable as table,
  text as longText,
} from "drizzle-orm/mysql-core";

/** A UUID, in 16 bytes. */
export const id = customType<{ data: string; driverData: Buffer }>({
  dataType: () => "binary(16)",
  toDriver: (value) => Buffer.from(value.replaceAll("-", ""), "hex"),
  fromDriver: (value) =>
    value.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
});

/** The primary key of a table. */
export const key = (name: string) => id(name).primaryKey();

/** Text of up to `length` characters. */
export const text = (name: string, length: number) => varchar(name, { length });

/** A time, in UTC, as exact as a `Date`. */
export const moment = (name: string) => datetime(name, { fsp: 3 });

/** Up to 64 KiB. */
export const bytes = (name: string) => customBytes("blob")(name);

export const customBytes = (type: string) =>
  customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => type });
