import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { excerpt } from "../../errors.ts";
import { foldersAbove } from "../../life/tree.ts";
import { git } from "../git/git-program.ts";
import { gitError, type Repository } from "../git/repository.ts";
import type { OnStep } from "./apply.ts";
import {
  contentAt,
  digestOf,
  type Journal,
  type JournalEntry,
  readCopies,
  readJournal,
  removeJournal,
  temporaryOf,
  writeDurably,
} from "./journal.ts";
import { isReachable } from "./staging.ts";

/** What undoing has come to. */
export type Undone = {
  readonly title: string;
  readonly restored: readonly string[];
  /** Files that were changed after the update, and where they are kept now. */
  readonly kept: readonly { readonly path: string; readonly copy: string }[];
};

/**
 * Refuses to begin where an update has not come to its end.
 * @throws UserError that says how to go on
 */
export function checkFinished(repository: Repository, shown: string): void {
  const journal = readJournal(repository, shown);
  if (journal?.state !== "writing" || journal.tree !== repository.tree) return;
  const what = "The last update was interrupted: some of its files are written, others are not.";
  throw gitError(what, shown, "Take it back first: create-secure-api update --undo.");
}

/**
 * Gives back what was there before the last change of a project.
 * @throws UserError when there is nothing to give back, or it is committed already
 */
export async function undoChanges(
  repository: Repository,
  shown: string,
  onStep: OnStep = () => undefined,
): Promise<Undone> {
  const journal = readJournal(repository, shown);
  if (journal === undefined) {
    throw gitError("There is no update to undo.", shown, "git log shows what is committed.");
  }
  if (journal.tree !== repository.tree || journal.prefix !== repository.prefix) {
    const what = "The project was committed since the update.";
    throw gitError(what, shown, "Take the commit back: git revert COMMIT.");
  }
  const { folder } = repository;
  checkUndo(repository, journal, shown);
  const copyAt = readCopies(repository);
  const kept = new Map<string, string>();
  const restored: string[] = [];
  for (const entry of journal.entries) {
    onStep(entry.path);
    rmSync(temporaryOf(join(folder, entry.path)), { force: true });
    const copy = keepYours(repository, entry);
    if (copy !== undefined) kept.set(entry.path, copy);
    if (restore(repository, entry, journal, copyAt)) restored.push(entry.path);
  }
  for (const path of journal.made.toReversed()) {
    const place = join(folder, path);
    if (existsSync(place) && readdirSync(place).length === 0) rmdirSync(place);
  }
  onStep("index");
  await restoreIndex(repository, journal);
  onStep("journal");
  removeJournal(repository);
  const copies = [...kept].map(([path, copy]) => ({ path, copy }));
  return { title: journal.title, restored, kept: copies };
}

/** Nothing is given back where that cannot be done whole. */
function checkUndo({ folder, index }: Repository, { entries }: Journal, shown: string): void {
  const strange = entries.find(({ path }) => {
    const found = isReachable(folder, path)
      ? lstatSync(join(folder, path), { throwIfNoEntry: false })
      : null;
    return found === null || found?.isFile() === false;
  });
  if (strange !== undefined) {
    const what = `${excerpt(strange.path)} is no file any more, or lies behind a link.`;
    throw gitError(what, shown, "Move that away, then run update --undo again.");
  }
  if (!existsSync(`${index}.lock`)) return;
  throw gitError("Another program of git is at work there.", shown, "Wait until it has ended.");
}

const isEqual = (
  left: { readonly sha256: string; readonly mode: number } | null | undefined,
  right: { readonly sha256: string; readonly mode: number } | null | undefined,
): boolean => left?.sha256 === right?.sha256 && left?.mode === right?.mode;

/** Keeps what someone has written since; undefined when nobody has. */
function keepYours(
  repository: Repository,
  { path, before, after }: JournalEntry,
): string | undefined {
  const place = join(repository.folder, path);
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const now = contentAt(place);
  if (now?.sha256 === before?.sha256) return undefined;
  if (after !== undefined && now?.sha256 === after?.sha256) return undefined;
  const bytes = readFileSync(place);
  const kept = join(repository.state, "kept", digestOf(bytes).slice(0, 12), path);
  mkdirSync(dirname(kept), { recursive: true });
  writeDurably(kept, bytes, found.mode & 0o777);
  return kept;
}

function restore(
  repository: Repository,
  { path, before, copy }: JournalEntry,
  journal: Journal,
  copyAt: (at: string) => Uint8Array,
): boolean {
  const { folder } = repository;
  const place = join(folder, path);
  if (before === null || copy === null) {
    if (!existsSync(place)) return false;
    rmSync(place);
    return true;
  }
  if (isEqual(contentAt(place), before)) return false;
  for (const above of foldersAbove(path)) {
    if (existsSync(join(folder, above))) continue;
    mkdirSync(join(folder, above));
    const mode = journal.folders[above];
    if (mode !== undefined) chmodSync(join(folder, above), mode);
  }
  writeDurably(place, copyAt(copy), before.mode);
  return true;
}

/** The index as it was; where something else was staged since, only the paths that we changed. */
async function restoreIndex(
  repository: Repository,
  { index, entries, conflicts }: Journal,
): Promise<void> {
  const now = digestOf(readFileSync(repository.index));
  if (now === index.before) return;
  if (now === index.after) {
    writeDurably(
      repository.index,
      readCopies(repository)(index.copy),
      contentAt(repository.index)?.mode ?? 0o644,
    );
  } else {
    const paths = entries.map(({ path }) => `${repository.prefix}${path}`);
    const words = ["reset", "--quiet", "--pathspec-from-file=-", "--pathspec-file-nul", "HEAD"];
    await git(repository.top, ["--literal-pathspecs", ...words], { input: paths.join("\0") });
  }
  if (conflicts) await git(repository.top, ["rerere", "clear"]);
}
