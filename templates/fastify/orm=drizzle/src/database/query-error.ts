/** A statement failed: its text without values, and as `cause` what the driver said. */

export { DrizzleQueryError as QueryError } from "drizzle-orm/errors";
