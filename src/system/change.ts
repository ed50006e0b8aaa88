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
import { dirname, join, posix } from "node:path";
import process from "node:process";
import { excerpt } from "../errors.ts";
import { git } from "./git-program.ts";
import {
  beginJournal,
  Copies,
  contentAt,
  digestOf,
  type Journal,
  type JournalEntry,
  readCopies,
  readJournal,
  removeJournal,
  temporaryOf,
  updateJournal,
  writeDurably,
  writeWhole,
} from "./journal.ts";
import type { Stage } from "./merge.ts";
import type { ObjectStore } from "./objects.ts";
import { gitError, type Repository } from "./repository.ts";
import { isReachable, type Staged } from "./staging.ts";

export type Applied = {
  /** What is done, for people. */
  readonly title: string;
  readonly staged: readonly Staged[];
  readonly conflicts: ReadonlyMap<string, readonly Stage[]>;
  /** Files that another program will write afterwards. */
  readonly others: readonly string[];
};

/** Told before each thing that is done, so that a test can stop there. */
type OnStep = (step: string) => void;

/**
 * Changes the work tree, in a way that can be taken back at any moment.
 * @returns what to call when the other program has ended: what it has written is then known, too
 */
export async function applyChanges(
  store: ObjectStore,
  { title, staged, conflicts, others }: Applied,
  onStep: OnStep = () => undefined,
): Promise<() => void> {
  const { repository } = store;
  const { folder, prefix, head, tree } = repository;
  if (conflicts.size > 0) await keepStages(store, conflicts);
  const copies = new Copies();
  const index = readFileSync(repository.index);
  const copied = (path: string): Pick<JournalEntry, "path" | "before" | "copy"> => {
    const before = contentAt(join(folder, path)) ?? null;
    if (before === null) return { path, before, copy: null };
    return { path, before, copy: copies.add(readFileSync(join(folder, path))) };
  };
  const besides = others.filter((path) => !staged.some((one) => one.path === path));
  let journal: Journal = {
    journal: 1,
    state: "writing",
    title,
    prefix,
    head,
    tree,
    entries: [
      ...staged.map((file) => {
        const entry = copied(file.path);
        return { ...entry, after: afterOf(file, entry.before?.mode) };
      }),
      ...besides.map(copied),
    ],
    made: missingFolders(folder, [...staged, ...besides.map((path) => ({ path }))]),
    folders: modesOf(folder, staged),
    conflicts: conflicts.size > 0,
    index: { before: digestOf(index), copy: copies.add(index) },
  };
  onStep("journal");
  beginJournal(repository, journal, copies);
  for (const file of staged) {
    onStep(file.path);
    write(folder, file, journal);
  }
  if (conflicts.size > 0) {
    onStep("index");
    await stageConflicts(repository, conflicts);
  }
  // Whoever edits a file from here on does so by hand; but for what git has solved, and what
  // another program writes.
  const seen = (paths: ReadonlySet<string>): readonly JournalEntry[] =>
    journal.entries.map((entry) =>
      paths.has(entry.path)
        ? { ...entry, after: contentAt(join(folder, entry.path)) ?? null }
        : entry,
    );
  onStep("written");
  journal = {
    ...journal,
    state: "written",
    entries: seen(new Set(conflicts.keys())),
    index: { ...journal.index, after: digestOf(readFileSync(repository.index)) },
  };
  updateJournal(repository, journal);
  onStep("end");
  return () => {
    journal = { ...journal, entries: seen(new Set(others)) };
    updateJournal(repository, journal);
  };
}

const afterOf = (
  { content, executable, isModeNew }: Staged,
  mode: number | undefined,
): { readonly sha256: string; readonly mode: number } | null => {
  if (content === undefined) return null;
  const sha256 = digestOf(content);
  if (mode === undefined) return { sha256, mode: (executable ? 0o777 : 0o666) & ~umask() };
  if (!isModeNew) return { sha256, mode };
  // As git does: who may read it may run it.
  return { sha256, mode: executable ? mode | ((mode & 0o444) >> 2) : mode & ~0o111 };
};

const umask = (): number => {
  const mask = process.umask(0o077);
  process.umask(mask);
  return mask;
};

const foldersAbove = (path: string): readonly string[] => {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
};

const foldersIn = (files: readonly Pick<Staged, "path">[]): readonly string[] =>
  [...new Set(files.flatMap(({ path }) => foldersAbove(path)))].sort();

const missingFolders = (
  folder: string,
  files: readonly Pick<Staged, "path">[],
): readonly string[] => foldersIn(files).filter((path) => !existsSync(join(folder, path)));

const modesOf = (folder: string, staged: readonly Staged[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    foldersIn(staged).flatMap((path) => {
      const found = lstatSync(join(folder, path), { throwIfNoEntry: false });
      return found === undefined ? [] : [[path, found.mode & 0o7777]];
    }),
  );

function write(folder: string, { path, content }: Staged, { entries }: Journal): void {
  const place = join(folder, path);
  if (content === undefined) {
    rmSync(place, { force: true });
    removeEmpty(folder, dirname(path));
    return;
  }
  mkdirSync(dirname(place), { recursive: true });
  const mode = entries.find((entry) => entry.path === path)?.after?.mode ?? 0o644;
  // Undoing gives back what a loss of power takes of it.
  writeWhole(place, content, mode);
}

/** Takes away folders that hold nothing any more, from the inside out. */
function removeEmpty(folder: string, path: string): void {
  for (let inner = path; inner !== "."; inner = posix.dirname(inner)) {
    const place = join(folder, inner);
    if (!existsSync(place)) continue;
    if (readdirSync(place).length > 0) return;
    rmdirSync(place);
  }
}

/** The index names objects: the repository has to have them. */
async function keepStages(
  store: ObjectStore,
  conflicts: ReadonlyMap<string, readonly Stage[]>,
): Promise<void> {
  const ids = [...new Set([...conflicts.values()].flat().map(({ id }) => id))];
  const held = await store.known(ids);
  const missing = ids.filter((id) => !held.has(id));
  const contents = await store.read(missing);
  const files = missing.map((id) => {
    const place = join(store.folder, id);
    writeDurably(place, contents.get(id) ?? Buffer.alloc(0), 0o600);
    return place;
  });
  if (files.length === 0) return;
  const words = ["hash-object", "-w", "--no-filters", "--stdin-paths"];
  await mustGit(store.repository, words, `${files.join("\n")}\n`);
}

/** Shows git the conflicts, so that its tools can solve them. */
async function stageConflicts(
  repository: Repository,
  conflicts: ReadonlyMap<string, readonly Stage[]>,
): Promise<void> {
  const { prefix, head } = repository;
  const lines = [...conflicts].flatMap(([path, stages]) => [
    `0 ${"0".repeat(head.length)}\t${prefix}${path}\0`,
    ...stages.map(({ mode, id, stage }) => `${mode} ${id} ${stage}\t${prefix}${path}\0`),
  ]);
  await mustGit(repository, ["update-index", "-z", "--index-info"], lines.join(""));
  // What was solved once is solved again, where the user has asked git for that.
  await git(repository.top, ["rerere"]);
}

async function mustGit({ top }: Repository, words: readonly string[], input: string) {
  const ran = await git(top, words, { input });
  if (!ran.ok) throw new Error(`git ${words.join(" ")} failed: ${ran.said}`);
  return ran;
}

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
