import type { LeftAlone, Sides } from "./sides.ts";
import type { Tree } from "./tree.ts";

/** What becomes of a file of a project. */
type FileState =
  | "untouched"
  | "updated"
  | "merged"
  | "conflict"
  | "added"
  | "removed"
  | "moved"
  | "deleted-by-you"
  | "left-alone";

export type FileOutcome = {
  /** Where it is afterwards. */
  readonly path: string;
  readonly state: FileState;
  /** Where it was: in the project when it moves, or as we rendered it when the team has moved it. */
  readonly from?: string;
  readonly why?: LeftAlone | "removed" | "deleted";
};

type Result = {
  readonly sides: Sides;
  readonly yours: Tree;
  readonly result: Tree;
  readonly conflicts: ReadonlyMap<string, readonly { readonly stage: string }[]>;
  readonly yourRenames: ReadonlyMap<string, string>;
  readonly ourRenames: ReadonlyMap<string, string>;
};

/** What becomes of each file, in the order of the paths. */
export const outcomesOf = (merged: Result): readonly FileOutcome[] => {
  const { sides, yours, result, conflicts, yourRenames } = merged;
  const before = inverse(yourRenames);
  const outcomes = new Map<string, FileOutcome>();
  const say = (outcome: FileOutcome) => outcomes.set(outcome.path, outcome);
  for (const [path, fate] of sides.fates) say({ path, ...fate });
  for (const [path, stages] of conflicts) say(conflictAt(path, stages, before.get(path)));
  const changeAt = changesOf(merged);
  for (const path of new Set([...yours.keys(), ...result.keys()])) {
    const change = outcomes.has(path) ? undefined : changeAt(path);
    if (change !== undefined) say(change);
  }
  for (const path of sides.now.keys()) {
    const place = yourRenames.get(path) ?? path;
    if (outcomes.has(place) || !result.has(place)) continue;
    say({ path: place, state: "untouched", ...(place === path ? {} : { from: path }) });
  }
  return [...outcomes.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

/** What becomes of a file that is in no conflict; undefined when nothing does. */
const changesOf = (merged: Result) => {
  const { yours, result, yourRenames, ourRenames } = merged;
  const before = inverse(yourRenames);
  const moved = inverse(ourRenames);
  return (path: string): FileOutcome | undefined => {
    const then = yours.get(path);
    const now = result.get(path);
    if (then?.id === now?.id && then?.mode === now?.mode) return undefined;
    if (now === undefined) return ourRenames.has(path) ? undefined : { path, state: "removed" };
    if (then === undefined) return additionAt(path, moved.get(path), merged);
    const from = before.get(path);
    const isYours = merged.sides.base.get(from ?? path)?.id !== then.id;
    return { path, state: isYours ? "merged" : "updated", ...(from === undefined ? {} : { from }) };
  };
};

const additionAt = (
  path: string,
  source: string | undefined,
  { yours, result }: Result,
): FileOutcome =>
  source !== undefined && yours.has(source) && !result.has(source)
    ? { path, state: "moved", from: source }
    : { path, state: "added" };

const inverse = (renames: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...renames].map(([from, to]) => [to, from]));

/** One side alone beside the base: the other has taken the file away. */
const conflictAt = (
  path: string,
  stages: readonly { readonly stage: string }[],
  from: string | undefined,
): FileOutcome => {
  const has = (stage: string) => stages.some((one) => one.stage === stage);
  const why = has("2") ? (has("3") || !has("1") ? undefined : "removed") : "deleted";
  return {
    path,
    state: "conflict",
    ...(from === undefined ? {} : { from }),
    ...(why === undefined ? {} : { why }),
  };
};
