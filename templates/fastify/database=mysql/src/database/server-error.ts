/** Errors of MySQL and of its connections, without the values that they quote. */

// Messages quote values: "Duplicate entry 'ann@example.com' for key".
const QUOTED = /'.*'/s;
// Except these: a missing or existing table, column or index, and a missing privilege.
const NAMING = new Set([1050, 1060, 1061, 1091, 1142, 1146]);
// Transient errors.
const PASSING = new Set([
  // Too many connections.
  ...[1040, 1129, 1203, 1226],
  // No memory or disk is left.
  ...[1021, 1037, 1038, 1041, 1114],
  // Rolled back for another transaction.
  ...[1205, 1213],
  // The server is shutting down, or has closed the connection.
  ...[1053, 1077, 1152, 1158, 1159, 1160, 1161, 1184, 4031],
  // Read-only: a failover is in progress.
  ...[1290, 1836],
  // Ended by an operator, or by a limit on time.
  ...[1317, 1927, 1969, 3024, 3169],
]);

/** An error of the server, by its number; 0 for one of the connection. */
export class ServerError extends Error {
  readonly number: number;
  /** The driver's name of the error, such as ECONNRESET. */
  readonly code: string;

  constructor(error: unknown) {
    const { message, errno, code } = error as NodeJS.ErrnoException;
    const number = errno !== undefined && errno > 0 ? errno : 0;
    super(NAMING.has(number) || number === 0 ? message : message.replace(QUOTED, "'...'"));
    this.number = number;
    this.code = code ?? "";
  }

  /** Whether this is an outage and no mistake. */
  get passes(): boolean {
    return this.number === 0 || PASSING.has(this.number);
  }

  /** Whether the connection is of no use any more. */
  get isFatal(): boolean {
    return this.number === 0;
  }
}
