/**
 * What the types of Drizzle name of a driver that this service does not have: without a
 * declaration, those of libraries could not be checked.
 */

declare module "mysql2" {
  export type Connection = never;
  export type Pool = never;
  export type PoolOptions = never;
}

declare module "mysql2/promise" {
  export type Connection = never;
  export type FieldPacket = never;
  export type Pool = never;
  export type ResultSetHeader = never;
  export type RowDataPacket = never;
}
