import {
  headsOf,
  type Migration,
  type MigrationTool,
  type Places,
  type Sides,
} from "../migration.ts";
import {
  behind,
  folderOf,
  mergedStates,
  nameOf,
  objectIn,
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

/**
 * Puts what is new behind the project's newest, in the order in which it is applied. Snapshots stay
 * as they are wherever they can: the next one that is generated brings both ends together.
 */
const place = ({ added, own, rendered }: Sides): Places => {
  const known = [...own];
  const placed = added.map((migration) => {
    const there = rebased(behind(migration, known), known, rendered);
    known.push(there);
    return there;
  });
  return { placed };
};

/** Drizzle Kit: a folder with SQL for each migration, and snapshots that name those before them. */
export const drizzle: MigrationTool = { depth: 2, read, place };
