import { type Entry, isFile, parseTree, type Tree } from "../../life/tree.ts";
import type { ObjectStore } from "./objects.ts";

/** What git says of three trees that are merged. */
export type Merged = {
  /** The files of the project in it. */
  readonly tree: Tree;
  /** What git's index has of each path in conflict: 1 is the base, 2 yours, 3 what is new. */
  readonly conflicts: ReadonlyMap<string, readonly Stage[]>;
};

export type Stage = Entry & { readonly stage: string };

/** What each side is called beside conflicts. */
export type Labels = { readonly base: string; readonly now: string };

const YOURS = "yours";

const SETTINGS = [
  "merge.conflictStyle=diff3",
  "merge.directoryRenames=true",
  "merge.renames=true",
  "merge.renameLimit=10000",
].flatMap((setting) => ["-c", setting]);

const RENAMES = ["-M", "-l10000"];

/** Merges what is new into what is yours. Trees are of the project's folder. */
export async function mergeTrees(
  store: ObjectStore,
  trees: { readonly base: Tree; readonly now: Tree; readonly yours: Tree },
  labels: Labels,
): Promise<Merged> {
  const base = store.putCommit(store.putTree(trees.base), undefined, labels.base);
  const now = store.putCommit(store.putTree(trees.now), base, labels.now);
  const yours = store.putCommit(store.putTree(trees.yours), base, YOURS);
  const words = ["merge-tree", "--write-tree", "--no-messages", "-z", yours, now];
  const { stdout, exitCode, said } = await store.git([...SETTINGS, ...words]);
  const [id = "", ...rest] = stdout.split("\0");
  if ((exitCode !== 0 && exitCode !== 1) || !/^[0-9a-f]{40,64}$/.test(id)) {
    throw new Error(`git merge-tree failed: ${said}`);
  }
  const conflicts = conflictsOf(rest, store.repository.prefix);
  const tree = new Map(await treeOf(store, id));
  const names = new Map([
    [base, labels.base],
    [now, labels.now],
    [yours, YOURS],
  ]);
  await labelled(store, tree, [...conflicts.keys()], names);
  return { tree, conflicts };
}

const conflictsOf = (
  lines: readonly string[],
  prefix: string,
): ReadonlyMap<string, readonly Stage[]> => {
  const conflicts = new Map<string, Stage[]>();
  for (const line of lines) {
    const [, mode, id, stage, path] = /^(\d{6}) ([0-9a-f]+) ([123])\t(.*)$/s.exec(line) ?? [];
    if (mode === undefined || id === undefined || stage === undefined || path === undefined)
      continue;
    const local = path.slice(prefix.length);
    const stages = conflicts.get(local) ?? [];
    conflicts.set(local, [...stages, { mode, id, stage }]);
  }
  return conflicts;
};

/** The files of the project in a tree of the repository. */
async function treeOf(store: ObjectStore, id: string): Promise<Tree> {
  const { prefix } = store.repository;
  const where = prefix === "" ? id : `${id}:${prefix.replace(/\/$/, "")}`;
  return parseTree((await store.must(["ls-tree", "-r", "-z", where])).stdout);
}

/** Gives the markers of conflicts names that a person knows, in place of the ids of commits. */
async function labelled(
  store: ObjectStore,
  tree: Map<string, Entry>,
  paths: readonly string[],
  names: ReadonlyMap<string, string>,
): Promise<void> {
  const entries = paths.flatMap((path) => {
    const entry = tree.get(path);
    return entry !== undefined && isFile(entry) ? [{ path, entry }] : [];
  });
  const contents = await store.read(entries.map(({ entry }) => entry.id));
  for (const { path, entry } of entries) {
    const text = (contents.get(entry.id) ?? Buffer.alloc(0)).toString("latin1");
    const named = text.replace(/^([<>|])\1{6,} ([0-9a-f]{7,64})(?=[:\r\n]|$)/gm, (line, _, id) => {
      const found = [...names].find(([commit]) => commit.startsWith(id));
      return found === undefined ? line : line.replace(id, () => found[1]);
    });
    if (named === text) continue;
    tree.set(path, { ...entry, id: store.put("blob", Buffer.from(named, "latin1")) });
  }
}

/** Files that are in the first tree and, under another name, in the second: new path by old. */
export async function renamesBetween(
  store: ObjectStore,
  from: Tree,
  to: Tree,
): Promise<ReadonlyMap<string, string>> {
  const isMissing = [...from.keys()].some((path) => !to.has(path));
  if (!isMissing) return new Map();
  const { prefix } = store.repository;
  const trees = [store.putTree(from), store.putTree(to)];
  const words = ["diff-tree", "-r", "-z", ...RENAMES, "--diff-filter=R", "--name-status"];
  const { stdout } = await store.must([...words, ...trees]);
  const parts = stdout.split("\0");
  const renames = new Map<string, string>();
  for (let at = 0; at + 2 < parts.length; at += 3) {
    const [old = "", now = ""] = parts.slice(at + 1, at + 3);
    renames.set(old.slice(prefix.length), now.slice(prefix.length));
  }
  return renames;
}
