/** Uniqueness of several columns together, in PostgreSQL. */

export { unique } from "drizzle-orm/pg-core";
