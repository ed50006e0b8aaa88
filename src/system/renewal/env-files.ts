import { chmodSync, lstatSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { excerpt, UserError } from "../../errors.ts";
import { missingVariables } from "../../life/env.ts";
import { exactModeOf, folderModeOf, modeOf } from "../../project/modes.ts";
import { isSecret } from "../../project/record.ts";
import type { RenderedFile } from "../../render/types.ts";
import { writeDurably } from "./journal.ts";

/** The file of variables; every other one of ours with secrets holds a single one. */
const VARIABLES = ".env";
const MOST_BYTES = 1_000_000;

/** What a project's own secrets lack, and what is written for it. */
export type MissingSecrets = {
  /** Names of variables. */
  readonly variables: readonly string[];
  /** Paths of files, each with one secret. */
  readonly files: readonly string[];
  /** Everything that will be written: a file that is there keeps all its bytes and its mode. */
  readonly writes: readonly SecretWrite[];
};

type SecretWrite = { readonly path: string; readonly content: Uint8Array; readonly mode: number };

/**
 * Compares what a project keeps to itself with what a new project has.
 * @param rendered files of a new project, with fresh secrets
 * @param shown the project's folder as the user wrote it, for messages
 * @throws UserError for a link, a folder or something that is no text in the place of a file
 */
export function missingSecrets(
  folder: string,
  rendered: readonly RenderedFile[],
  shown: string,
): MissingSecrets {
  const found = rendered
    .filter(({ path }) => isSecret(path))
    .map((file) => ({ file, own: ownFile(folder, file.path, shown) }));
  const files = found.filter(({ file, own }) => file.path !== VARIABLES && own === undefined);
  const [env] = found.filter(({ file }) => file.path === VARIABLES);
  const { variables, write } = missingLines(env);
  const writes = [
    ...write,
    ...files.map(({ file }) => ({ ...file, mode: exactModeOf(file.path) ?? modeOf(file) })),
  ];
  return { variables, files: files.map(({ file }) => file.path), writes };
}

const missingLines = (
  env: { readonly file: RenderedFile; readonly own: OwnFile | undefined } | undefined,
): { readonly variables: readonly string[]; readonly write: readonly SecretWrite[] } => {
  if (env === undefined) return { variables: [], write: [] };
  const { file, own } = env;
  // Names are ASCII, and in Latin-1 every byte stays what it is.
  const { names, addition } = missingVariables(
    own?.content.toString("latin1"),
    Buffer.from(file.content).toString("utf8"),
  );
  if (names.length === 0) return { variables: [], write: [] };
  const content = Buffer.concat([own?.content ?? Buffer.alloc(0), Buffer.from(addition)]);
  const mode = own?.mode ?? modeOf(file);
  return { variables: names, write: [{ path: file.path, content, mode }] };
};

type OwnFile = { readonly content: Buffer; readonly mode: number };

/** A file as it is there; undefined where nothing is. */
function ownFile(folder: string, path: string, shown: string): OwnFile | undefined {
  const above = dirname(path);
  if (above !== ".") {
    const entry = lstatSync(join(folder, above), { throwIfNoEntry: false });
    if (entry === undefined) return undefined;
    if (!entry.isDirectory()) throw strange(above, entry.isSymbolicLink(), "folder", shown);
  }
  const entry = lstatSync(join(folder, path), { throwIfNoEntry: false });
  if (entry === undefined) return undefined;
  if (!entry.isFile()) throw strange(path, entry.isSymbolicLink(), "file", shown);
  const content = entry.size > MOST_BYTES ? undefined : readFileSync(join(folder, path));
  if (content === undefined || content.includes(0)) throw strange(path, false, "text", shown);
  return { content, mode: entry.mode & 0o7777 };
}

const strange = (path: string, isLink: boolean, wanted: string, shown: string): UserError => {
  const what = isLink ? `${path} is a link.` : `${path} is no ${wanted}.`;
  const fix = `Add what is missing by hand: .env.example shows it. Or run it without --env.`;
  return new UserError(what, excerpt(shown), fix, { code: "conflict" });
};

/** Writes them; whoever asks for this has kept what is there. */
export function writeSecrets(folder: string, writes: MissingSecrets["writes"]): void {
  for (const { path, content, mode } of writes) {
    const place = join(folder, path);
    makeFolder(dirname(place), folderModeOf(path));
    writeDurably(place, content, mode);
  }
}

function makeFolder(place: string, mode: number | undefined): void {
  const isNew = mkdirSync(place, { recursive: true }) !== undefined;
  if (isNew && mode !== undefined) chmodSync(place, mode);
}
