/** Tables and columns, in SQLite's types. */

import { blob, customType, integer, text as sqliteText } from "drizzle-orm/sqlite-core";

export { index, sqliteTable as table } from "drizzle-orm/sqlite-core";

/** A UUID. SQLite compares text exactly, so its case is always the lower one. */
export const id = customType<{ data: string; driverData: string }>({
  dataType: () => "text",
  toDriver: (value) => value.toLowerCase(),
});

/** The primary key of a table. */
export const key = (name: string) => id(name).primaryKey();

/** Text of up to `length` characters. */
export const text = (name: string, length: number) => sqliteText(name, { length });

export const longText = (name: string) => sqliteText(name);

export const flag = (name: string) => integer(name, { mode: "boolean" });

/** A time, in UTC. */
export const moment = (name: string) => integer(name, { mode: "timestamp_ms" });

export const bytes = (name: string) => blob(name, { mode: "buffer" });
