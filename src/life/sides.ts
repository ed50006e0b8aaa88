import { type Entry, foldersAbove, isFile, type Tree } from "./tree.ts";

/** Why a file is left as it is. */
export type LeftAlone =
  /** What was rendered then is not known. */
  | "no-base"
  /** It is a link or a repository of its own now. */
  | "no-file"
  /** Something else lies where the file would be. */
  | "in-the-way";

type Fate =
  | { readonly state: "left-alone"; readonly why: LeftAlone }
  | { readonly state: "deleted-by-you" };

/** What is known of a project before it is merged. Each tree is by path. */
export type Known = {
  /** Every path that the record has. */
  readonly recorded: readonly string[];
  /** As it was rendered then, as far as that is known. */
  readonly base: Tree;
  readonly now: Tree;
  readonly yours: Tree;
  /** Files that the team and the new version have renamed: new path by old. */
  readonly yourRenames: ReadonlyMap<string, string>;
  readonly ourRenames: ReadonlyMap<string, string>;
};

/** The trees to merge, and what became of the files that are no part of that. */
export type Sides = {
  readonly base: Tree;
  readonly now: Tree;
  readonly fates: ReadonlyMap<string, Fate>;
};

/** Takes out of a merge what the team has deleted, and what cannot or must not be merged. */
export const sidesOf = (known: Known): Sides => {
  const { recorded, yours, ourRenames } = known;
  const base = new Map(known.base);
  const now = new Map(known.now);
  const fates = new Map<string, Fate>();
  const takeOut = (path: string, fate: Fate) => {
    const renamed = ourRenames.get(path);
    base.delete(path);
    now.delete(path);
    if (renamed !== undefined) now.delete(renamed);
    fates.set(renamed ?? path, fate);
    // The same on both sides: git has nothing to merge.
    const found = yours.get(path);
    if (found === undefined) return;
    base.set(path, found);
    now.set(path, found);
  };
  for (const path of recorded) {
    const fate = fateOf(path, known);
    if (fate !== undefined) takeOut(path, fate);
  }
  followRemovals(known, base, now);
  for (const path of inTheWay(known)) takeOut(path, { state: "left-alone", why: "in-the-way" });
  return { base, now, fates };
};

/** What we remove is removed where the team has moved it to, unless it was edited. */
const followRemovals = (
  { yours, yourRenames, ourRenames }: Known,
  base: Map<string, Entry>,
  now: Tree,
): void => {
  for (const [path, place] of yourRenames) {
    const found = yours.get(place);
    const isRemoved = !now.has(path) && !ourRenames.has(path);
    if (!isRemoved || found === undefined || found.id !== base.get(path)?.id) continue;
    base.delete(path);
    base.set(place, found);
  }
};

/** New files of ours where the team has something that is no file, or a file for a folder. */
const inTheWay = ({ recorded, now, yours, yourRenames }: Known): readonly string[] => {
  const paths = new Set(yours.keys());
  const folders = new Set([...paths].flatMap(foldersAbove));
  const known = new Set([...recorded, ...yourRenames.values()]);
  return [...now.keys()].filter((path) => {
    if (known.has(path)) return false;
    const found = yours.get(path);
    const isOther = found !== undefined && !isFile(found);
    return isOther || folders.has(path) || foldersAbove(path).some((above) => paths.has(above));
  });
};

const fateOf = (path: string, known: Known): Fate | undefined => {
  const { base, now, yours, yourRenames } = known;
  const found = yours.get(path);
  const then = base.get(path);
  if (found !== undefined && !isFile(found)) return { state: "left-alone", why: "no-file" };
  if (found !== undefined) {
    const isCurrent = then === undefined && found.id === now.get(path)?.id;
    return then === undefined && !isCurrent ? { state: "left-alone", why: "no-base" } : undefined;
  }
  return yourRenames.has(path) ? undefined : { state: "deleted-by-you" };
};
