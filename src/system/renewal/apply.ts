import {
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
import { foldersAbove } from "../../life/tree.ts";
import { git } from "../git/git-program.ts";
import type { Stage } from "../git/merge.ts";
import type { ObjectStore } from "../git/objects.ts";
import type { Repository } from "../git/repository.ts";
import {
  beginJournal,
  Copies,
  contentAt,
  digestOf,
  type Journal,
  type JournalEntry,
  updateJournal,
  writeDurably,
  writeWhole,
} from "./journal.ts";
import type { Staged } from "./staging.ts";

export type Applied = {
  /** What is done, for people. */
  readonly title: string;
  readonly staged: readonly Staged[];
  readonly conflicts: ReadonlyMap<string, readonly Stage[]>;
  /** Files that another program will write afterwards. */
  readonly others: readonly string[];
};

/** Told before each thing that is done, so that a test can stop there. */
export type OnStep = (step: string) => void;

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
