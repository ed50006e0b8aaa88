/** Uniqueness of several columns together, in MySQL and MariaDB. */

export { unique } from "drizzle-orm/mysql-core";
