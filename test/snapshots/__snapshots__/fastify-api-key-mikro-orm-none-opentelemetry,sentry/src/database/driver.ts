/** Connections to a SQLite file. */

import {
  type Client,
  createClient,
  type Transaction as FileTransaction,
  type InStatement,
  LibsqlError,
  type ResultSet,
  type TransactionMode,
} from "@libsql/client/sqlite3";
import { traceDriver } from "../telemetry/driver-statements.ts";
import { makePrivate, pathOf } from "./file.ts";
import { Turns, untilFree } from "./turns.ts";
import { Unreachable } from "./unreachable.ts";

// The file cannot be used, or not now.
const PASSING = new Set([
  "SQLITE_BUSY",
  "SQLITE_CANTOPEN",
  "SQLITE_CORRUPT",
  "SQLITE_FULL",
  "SQLITE_IOERR",
  "SQLITE_LOCKED",
  "SQLITE_NOMEM",
  "SQLITE_NOTADB",
  "SQLITE_PERM",
  "SQLITE_READONLY",
]);

const UNIQUE = new Set(["SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"]);

export interface FileOptions {
  /** Connections of readers at once. */
  readonly readers: number;
  /** How long a writer waits for others. */
  readonly waitMilliseconds: number;
  /** Whether rows that others refer to may not be deleted; always on but while tables are rebuilt. */
  readonly foreignKeys?: boolean;
}

interface Opened {
  readonly reader: Client;
  /** Has one connection, since there is one writer at a time. */
  readonly writer: Client;
}

/** The connections to a file, which is opened when it is needed: until then, it may be away. */
export class FileClient {
  readonly #url: string;
  readonly #options: FileOptions;
  readonly #turns: Turns;
  #opened: Promise<Opened> | undefined;

  constructor(url: string, options: FileOptions) {
    this.#url = url;
    this.#options = options;
    this.#turns = new Turns(options.waitMilliseconds);
  }

  /** Runs a single statement. */
  async execute(statement: InStatement): Promise<ResultSet> {
    const { reader } = await this.#open();
    return await reader.execute(statement);
  }

  /** Begins a transaction, which needs the turn. */
  async transaction(mode: TransactionMode = "write"): Promise<FileTransaction> {
    const { writer } = await this.#open();
    const { waitMilliseconds, foreignKeys = true } = this.#options;
    const begin = async () => {
      try {
        await writer.execute(`PRAGMA foreign_keys = ${foreignKeys ? "ON" : "OFF"}`);
        // The write lock is taken at once: writers wait for each other instead of failing halfway.
        return await writer.transaction(mode);
      } catch (error) {
        // The driver does not end a statement that failed; the connection could never commit again.
        writer.reconnect();
        throw error;
      }
    };
    return await saying(untilFree(waitMilliseconds, isBusy, begin));
  }

  /** Runs what writes, when all writers before have ended. */
  async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    return await this.#turns.take(work);
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    opened?.reader.close();
    opened?.writer.close();
  }

  async #open(): Promise<Opened> {
    this.#opened ??= open(this.#url, this.#options);
    try {
      return await this.#opened;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }
}

const open = async (url: string, { readers, waitMilliseconds }: FileOptions): Promise<Opened> => {
  const path = pathOf(url);
  makePrivate(path);
  const opening = async () => {
    const reader = createClient({ url: `file:${path}`, concurrency: readers });
    try {
      // Readers and the writer do not wait for each other.
      await reader.execute("PRAGMA journal_mode = WAL");
    } catch (error) {
      reader.close();
      throw error;
    }
    const writer = createClient({ url: `file:${path}`, concurrency: 1 });
    traceDriver(reader);
    traceDriver(writer);
    return { reader, writer };
  };
  return await saying(untilFree(waitMilliseconds, isBusy, opening));
};

/** Says of what cannot be begun that it is an outage. */
const saying = async <Result>(attempt: Promise<Result>): Promise<Result> => {
  try {
    return await attempt;
  } catch (error) {
    throw new Unreachable(error);
  }
};

const isBusy = (error: unknown): boolean =>
  error instanceof LibsqlError && error.code === "SQLITE_BUSY";

/** Tells an outage from a mistake. */
export const passes = (error: unknown): boolean =>
  error instanceof LibsqlError && PASSING.has(error.code);

/** Returns whether a value that must be unique exists already. */
export const isUnique = (error: unknown): boolean =>
  error instanceof LibsqlError && UNIQUE.has(error.extendedCode ?? "");
