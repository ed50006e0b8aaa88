/** Connecting to the database failed, or no connection came free in time. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("the database cannot be reached", { cause });
  }
}
