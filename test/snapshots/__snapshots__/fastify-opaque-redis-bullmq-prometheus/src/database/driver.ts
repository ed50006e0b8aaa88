/** Connections to a SQLite file. */

import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { watchPool } from "../telemetry/pool.ts";
import { makePrivate, pathOf } from "./file.ts";
import { Turns, untilFree } from "./turns.ts";

// Result codes of SQLite (https://www.sqlite.org/rescode.html).
const BUSY = 5;
/** The file cannot be used, or not now. */
const PASSING: ReadonlySet<number> = new Set([
  3, // SQLITE_PERM
  BUSY,
  6, // SQLITE_LOCKED
  7, // SQLITE_NOMEM
  8, // SQLITE_READONLY
  10, // SQLITE_IOERR
  11, // SQLITE_CORRUPT
  13, // SQLITE_FULL
  14, // SQLITE_CANTOPEN
  26, // SQLITE_NOTADB
]);
const UNIQUE: ReadonlySet<number> = new Set([
  1555, // SQLITE_CONSTRAINT_PRIMARYKEY
  2067, // SQLITE_CONSTRAINT_UNIQUE
]);

/** An error of SQLite. The last byte of `errcode` is its result code, the others say more. */
interface FileError extends Error {
  readonly errcode: number;
}

/** The rows that a statement returns, or how many it has changed. */
export interface Result {
  readonly rows: unknown[];
  readonly changes: number;
}

type RowMode = "array" | "object";

/** Runs a statement; its values are handed over apart from the text. */
export type Query = (
  text: string,
  values: readonly unknown[],
  rowMode?: RowMode,
) => Promise<Result>;

export interface FileOptions {
  /** How long a writer waits for others. */
  readonly waitMilliseconds: number;
  /** Whether rows that others refer to may not be deleted; always on but while tables are rebuilt. */
  readonly foreignKeys?: boolean;
}

interface Opened {
  readonly reader: DatabaseSync;
  /** In one transaction at a time, as the file is. */
  readonly writer: DatabaseSync;
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
    watchPool(this);
  }

  /** Runs a statement outside of transactions. */
  query: Query = async (text, values, rowMode) => {
    const { reader } = await this.#open();
    return queryOn(reader, text, values, rowMode);
  };

  /** Runs a statement of a transaction, or one that begins or ends it, in its turn. */
  write: Query = async (text, values, rowMode) => {
    const { writer } = await this.#open();
    return await untilFree(this.#options.waitMilliseconds, isBusy, async () =>
      queryOn(writer, text, values, rowMode),
    );
  };

  /** Runs a transaction, when all before it have ended. */
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

const open = async (url: string, options: FileOptions): Promise<Opened> => {
  const { waitMilliseconds, foreignKeys = true } = options;
  const path = pathOf(url);
  makePrivate(path);
  const opening = async () => {
    const writer = new DatabaseSync(path, { enableForeignKeyConstraints: foreignKeys });
    try {
      // Readers and the writer do not wait for each other.
      writer.exec("PRAGMA journal_mode = WAL");
      return { reader: new DatabaseSync(path), writer };
    } catch (error) {
      writer.close();
      throw error;
    }
  };
  return await untilFree(waitMilliseconds, isBusy, opening);
};

const queryOn = (
  database: DatabaseSync,
  text: string,
  values: readonly unknown[],
  rowMode: RowMode = "object",
): Result => {
  const statement = database.prepare(text);
  // The driver refuses what SQLite has no type for.
  const bound = values as SQLInputValue[];
  if (statement.columns().length === 0) {
    return { rows: [], changes: Number(statement.run(...bound).changes) };
  }
  statement.setReturnArrays(rowMode === "array");
  const rows = statement.all(...bound);
  return { rows, changes: rows.length };
};

/** Returns whether an error is SQLite's. */
export const isOfFile = (error: unknown): error is FileError =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number";

const isBusy = (error: unknown): boolean => isOfFile(error) && (error.errcode & 0xff) === BUSY;

/** Tells an outage from a mistake. */
export const passes = (error: unknown): boolean =>
  isOfFile(error) && PASSING.has(error.errcode & 0xff);

/** Returns whether a value that must be unique exists already. */
export const isUnique = (error: unknown): boolean => isOfFile(error) && UNIQUE.has(error.errcode);
