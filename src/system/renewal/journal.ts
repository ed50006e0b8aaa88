import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import * as z from "zod/mini";
import { list, matching } from "../../shapes.ts";
import { gitError, type Repository } from "../git/repository.ts";

const FOLDER = "update";
const FILE = "journal.json";
const COPIES = "copies";

const digest = matching(/^[0-9a-f]{64}$/);
const whole = z.number().check(z.int(), z.minimum(0));

/** Where bytes lie in the file of all copies, and how many. */
const span = matching(/^\d{1,15}\+\d{1,15}$/);

const content = z.readonly(z.strictObject({ sha256: digest, mode: whole }));

const entry = z.readonly(
  z.strictObject({
    /** Below the project's folder. */
    path: z.string(),
    /** What was there; null where nothing was. */
    before: z.nullable(content),
    /** Its bytes in the file of all copies. */
    copy: z.nullable(span),
    /** What was written; null where it was deleted, absent where another program wrote it. */
    after: z.optional(z.nullable(content)),
  }),
);

const journalSchema = z.readonly(
  z.strictObject({
    journal: z.literal(1),
    state: z.enum(["writing", "written"]),
    /** For people: what was done. */
    title: z.string(),
    prefix: z.string(),
    head: z.string(),
    /** The project's tree in that commit. */
    tree: z.string(),
    entries: list(entry),
    /** Folders that were not there, from the outermost. */
    made: list(z.string()),
    /** The modes of folders that may have gone. */
    folders: z.readonly(z.record(z.string(), whole)),
    /** Whether git's index was to get conflicts. */
    conflicts: z.boolean(),
    index: z.readonly(z.strictObject({ before: digest, copy: span, after: z.optional(digest) })),
  }),
);

/** What was there before a project was changed, so that it can be given back. */
export type Journal = z.infer<typeof journalSchema>;
export type JournalEntry = z.infer<typeof entry>;

export const digestOf = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");

/** What is at a place: undefined where nothing is, or something other than a file. */
export const contentAt = (
  place: string,
): { readonly sha256: string; readonly mode: number } | undefined => {
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found?.isFile() !== true) return undefined;
  return { sha256: digestOf(readFileSync(place)), mode: found.mode & 0o7777 };
};

/** Writes a file of which nothing is seen until it is whole and on the disk. */
export const writeDurably = (place: string, bytes: Uint8Array, mode: number): void =>
  writeWhole(place, bytes, mode, fsyncSync);

/** Writes a file of which nothing is seen until it is whole. */
export function writeWhole(
  place: string,
  bytes: Uint8Array,
  mode: number,
  sync: (file: number) => void = () => undefined,
): void {
  const temporary = temporaryOf(place);
  rmSync(temporary, { force: true });
  const file = openSync(temporary, "wx", 0o600);
  try {
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at);
    fchmodSync(file, mode);
    sync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, place);
}

/** Where a file is written before it takes its place. A crash may leave it there. */
export const temporaryOf = (place: string): string => `${place}.create-secure-api~`;

function syncFolder(folder: string): void {
  // Windows opens no folders.
  if (process.platform === "win32") return;
  const opened = openSync(folder, "r");
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

const place = ({ state }: Repository): string => join(state, FOLDER);

/** The bytes of what was there: one file, which reaches the disk at once. */
export class Copies {
  readonly #bytes: Uint8Array[] = [];
  #size = 0;

  /** Keeps bytes, and says where they lie. */
  add(bytes: Uint8Array): string {
    const at = `${this.#size}+${bytes.byteLength}`;
    this.#bytes.push(bytes);
    this.#size += bytes.byteLength;
    return at;
  }

  all(): Uint8Array {
    return Buffer.concat(this.#bytes);
  }
}

/** Reads what was kept. */
export const readCopies = (repository: Repository): ((at: string) => Uint8Array) => {
  const all = readFileSync(join(place(repository), COPIES));
  return (at) => {
    const [start = 0, size = 0] = at.split("+").map(Number);
    return all.subarray(start, start + size);
  };
};

/** Keeps what is there, and says what will be done, before any of it is. */
export function beginJournal(repository: Repository, journal: Journal, copies: Copies): void {
  const folder = place(repository);
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  writeDurably(join(fresh, COPIES), copies.all(), 0o600);
  writeDurably(join(fresh, FILE), Buffer.from(JSON.stringify(journal)), 0o600);
  syncFolder(fresh);
  removeJournal(repository);
  renameSync(fresh, folder);
  syncFolder(repository.state);
}

/** Says how far it has come. */
export function updateJournal(repository: Repository, journal: Journal): void {
  writeDurably(join(place(repository), FILE), Buffer.from(JSON.stringify(journal)), 0o600);
  syncFolder(place(repository));
}

/** What can be undone; undefined when nothing can. */
export function readJournal(repository: Repository, shown: string): Journal | undefined {
  const file = join(place(repository), FILE);
  if (!existsSync(file)) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    data = undefined;
  }
  const result = journalSchema.safeParse(data);
  const isSafe = result.success && result.data.entries.every(({ path }) => isInside(path));
  if (isSafe) return result.data;
  const fix = `Look at ${dirname(file)}: the files that were there before are in it. Then remove that folder.`;
  throw gitError("What was kept to undo the last update cannot be read.", shown, fix);
}

const isInside = (path: string): boolean =>
  path.split("/").every((part) => part !== "" && part !== "." && part !== "..");

/** Forgets it at once, then takes it away. */
export function removeJournal(repository: Repository): void {
  const folder = place(repository);
  const gone = `${folder}.gone`;
  rmSync(gone, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, gone);
  rmSync(gone, { recursive: true, force: true });
}
