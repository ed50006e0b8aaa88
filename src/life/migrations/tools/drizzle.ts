import {
  headsOf,
  type Migration,
  type MigrationTool,
  type Places,
  type Sides,
} from "../migration.ts";
import {
  folderOf,
  mergedStates,
  nameOf,
  objectIn,
  placeInTurn,
  snapshotIn,
  withState,
} from "./folders.ts";

const ORIGIN = "00000000-0000-0000-0000-000000000000";

const read: MigrationTool["read"] = (path, text, texts) => {
  const folder = folderOf(path);
  if (folder === undefined) return undefined;
  const snapshot = snapshotIn(folder, texts);
  const { id, prevIds } = objectIn(snapshot?.text ?? "") ?? {};
  if (snapshot === undefined || typeof id !== "string" || !Array.isArray(prevIds)) {
    return { path, text, id: nameOf(folder), parents: [] };
  }
  const parents = prevIds.filter((parent) => typeof parent === "string" && parent !== ORIGIN);
  return { path, text, id, parents: parents.map(String), snapshot };
};

/** Puts the snapshot behind those of a project that has not got the one before it. */
const rebased = (
  migration: Migration,
  known: readonly Migration[],
  rendered: readonly Migration[],
): Migration => {
  const { snapshot, parents } = migration;
  const isThere = parents.every((parent) => known.some(({ id }) => id === parent));
  const heads = headsOf(known.filter((other) => other.snapshot !== undefined));
  const theirs = known.find(({ id }) => id === heads[0])?.snapshot;
  if (snapshot === undefined || theirs === undefined || isThere) return migration;
  const state = objectIn(snapshot.text) ?? {};
  const base = rendered.find(({ id }) => id === parents[0])?.snapshot;
  // With a list of changes instead of the whole state, there is nothing to merge.
  const merged =
    state.ddl === undefined ? {} : { ddl: mergedStates(base, snapshot, theirs).ddl ?? [] };
  return { ...withState(migration, { ...state, prevIds: heads, ...merged }), parents: heads };
};

/** Snapshots stay as they are wherever they can: the next one brings both ends together. */
const place = (sides: Sides): Places =>
  placeInTurn(sides, (migration, _, known) => rebased(migration, known, sides.rendered));

/** Drizzle Kit: a folder with SQL for each migration, and snapshots that name those before them. */
export const drizzle: MigrationTool = { depth: 2, read, place };
