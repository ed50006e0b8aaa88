import type { Migration, MigrationTool, Places, Sides } from "../migration.ts";
import {
  folderOf,
  mergedStates,
  nameOf,
  newestOf,
  placeInTurn,
  snapshotIn,
  withState,
} from "./folders.ts";

const read: MigrationTool["read"] = (path, text, texts) => {
  const folder = folderOf(path);
  if (folder === undefined) return undefined;
  const snapshot = snapshotIn(folder, texts);
  return { path, text, id: nameOf(folder), parents: [], ...(snapshot && { snapshot }) };
};

/** Adds what the project's migrations have made to the snapshot: the newest one tells of all. */
const continued = (
  migration: Migration,
  from: Migration,
  known: readonly Migration[],
  rendered: readonly Migration[],
): Migration => {
  const { snapshot } = migration;
  const theirs = newestOf(known)?.snapshot;
  const base = newestOf(rendered.filter(({ path }) => path < from.path))?.snapshot;
  const isNext = theirs?.text === base?.text;
  return snapshot === undefined || theirs === undefined || isNext
    ? migration
    : withState(migration, mergedStates(base, snapshot, theirs));
};

const place = (sides: Sides): Places =>
  placeInTurn(sides, (migration, from, known) => continued(migration, from, known, sides.rendered));

/** MikroORM: a folder with SQL for each migration, and a snapshot of the tables after it. */
export const mikroOrm: MigrationTool = { depth: 2, read, place };
