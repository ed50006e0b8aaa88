import type { ProjectRecord } from "../../project/parse-record.ts";
import { isContent, type OwnTree, textIn } from "./tree.ts";

/** How the files of a project differ from those that were rendered. */
export type Drift = {
  /** Recorded files whose content is another one, where they are now. */
  readonly edited: readonly string[];
  /** Recorded files that are gone. */
  readonly missing: readonly string[];
  /** Recorded files that lie elsewhere: then → now. */
  readonly moved: ReadonlyMap<string, string>;
  /** Whether what the README says how to remove was removed. */
  readonly withoutExample: boolean;
};

/** The share of lines that a moved file has in common with what was rendered. */
const ALIKE = 0.5;

/**
 * Compares the files of a project with its record.
 * @param rendered the text of a file as it was rendered, where that is known
 * @param example the folders that the README says how to remove
 */
export const driftOf = (
  { files, placed = {} }: ProjectRecord,
  tree: OwnTree,
  rendered: (path: string) => string | undefined,
  example: readonly string[],
): Drift => {
  const there = new Set(tree.paths);
  const isPlaced = (path: string) => there.has(placed[path] ?? path);
  const gone = Object.keys(files).filter((path) => !isPlaced(path));
  const strange = gone.length === 0 ? [] : tree.paths.filter((path) => !Object.hasOwn(files, path));
  const moved = new Map([
    ...Object.entries(placed).filter(([path]) => isPlaced(path)),
    ...movesOf(gone, strange, files, tree, rendered),
  ]);
  const isExample = (path: string) => example.some((folder) => path.startsWith(folder));
  const ofExample = Object.keys(files).filter(isExample);
  const withoutExample =
    ofExample.length > 0 && ofExample.every((path) => !there.has(path) && !moved.has(path));
  const edited = Object.entries(files).flatMap(([path, hash]) => {
    // Where an update has put a migration, it has another number than it was rendered with.
    if (placed[path] !== undefined) return [];
    const place = there.has(path) ? path : moved.get(path);
    const content = place === undefined ? undefined : tree.read(place);
    return place === undefined || content === undefined || isContent(content, hash) ? [] : [place];
  });
  const missing = gone.filter((path) => !moved.has(path) && !(withoutExample && isExample(path)));
  return { edited, missing, moved, withoutExample };
};

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);
const endOf = (path: string): string => /\.[^./]+$/.exec(path)?.[0] ?? "";

const movesOf = (
  gone: readonly string[],
  strange: readonly string[],
  files: ProjectRecord["files"],
  tree: OwnTree,
  rendered: (path: string) => string | undefined,
): ReadonlyMap<string, string> => {
  const moved = new Map<string, string>();
  const taken = new Set<string>();
  const take = (from: string, to: string | undefined): void => {
    if (to === undefined) return;
    moved.set(from, to);
    taken.add(to);
  };
  for (const path of gone) {
    const alike = strange.filter((one) => endOf(one) === endOf(path) && !taken.has(one));
    const same = alike.filter((one) => {
      const content = tree.read(one);
      return content !== undefined && isContent(content, files[path] ?? "");
    });
    const isEmpty = tree.read(same[0] ?? "")?.length === 0;
    take(path, same.find((one) => nameOf(one) === nameOf(path)) ?? (isEmpty ? undefined : same[0]));
  }
  for (const path of gone) {
    const text = moved.has(path) ? undefined : rendered(path);
    if (text === undefined) continue;
    const candidates = strange.filter(
      (one) =>
        !taken.has(one) &&
        endOf(one) === endOf(path) &&
        (nameOf(one) === nameOf(path) || folderOf(one) === folderOf(path)),
    );
    const ranked = candidates
      .map((one) => ({ one, likeness: likeness(text, textIn(tree, one) ?? "") }))
      .filter((candidate) => candidate.likeness >= ALIKE)
      .sort((left, right) => right.likeness - left.likeness);
    take(path, ranked[0]?.one);
  }
  return moved;
};

/** The share of the lines of both texts that are in both. */
const likeness = (left: string, right: string): number => {
  const [a, b] = [left, right].map((text) => text.split("\n").filter((line) => line.trim() !== ""));
  if (a === undefined || b === undefined || a.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const line of a) counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
  let shared = 0;
  for (const line of b) {
    const left = counts.get(line.trim()) ?? 0;
    if (left === 0) continue;
    shared += 1;
    counts.set(line.trim(), left - 1);
  }
  return shared / Math.max(a.length, b.length);
};
