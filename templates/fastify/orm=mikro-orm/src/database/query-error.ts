/** A statement failed: its text without values, and as `cause` what the driver said. */
export class QueryError extends Error {
  readonly query: string;

  constructor(query: string, cause: unknown) {
    // The driver's message may quote values: `describeFailure` tells what it can.
    super(`a statement failed: ${query}`, { cause });
    this.query = query;
  }
}
