/** Uniqueness of several columns together, in SQLite. */

export { unique } from "drizzle-orm/sqlite-core";
