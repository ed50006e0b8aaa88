import type { Migration, Places, Sides, Snapshot } from "../migration.ts";
import { isObject, type Json, type JsonObject, mergedJson } from "./json.ts";

const FILE = /^((?:.*\/)?(\d+)_[\w-]+)\/migration\.sql$/;
const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;

/** The folder of a migration; undefined: the file is none. */
export const folderOf = (path: string): string | undefined => FILE.exec(path)?.[1];

/** What a folder is called in that of all migrations. */
export const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf("/") + 1);

/** What a tool has written beside a migration, where it can be read. */
export const snapshotIn = (
  folder: string,
  texts: ReadonlyMap<string, string>,
): Snapshot | undefined => {
  const path = `${folder}/snapshot.json`;
  const text = texts.get(path);
  return text === undefined || objectIn(text) === undefined ? undefined : { path, text };
};

/** The object that a text holds; undefined: it holds none. */
export const objectIn = (text: string): JsonObject | undefined => {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** The newest of some migrations: folders are applied in the order of their names. */
export const newestOf = (migrations: readonly Migration[]): Migration | undefined =>
  migrations.toSorted((a, b) => (nameIn(a) < nameIn(b) ? -1 : 1)).at(-1);

const nameIn = ({ path }: Migration): string => nameOf(folderOf(path) ?? path);

/** The same migration, called so that it is applied after all others; itself if it already is. */
const behind = (migration: Migration, known: readonly Migration[]): Migration => {
  const newest = newestOf(known);
  if (newest === undefined || nameIn(migration) > nameIn(newest)) return migration;
  const name = `${secondAfter(nameIn(newest))}${nameIn(migration).replace(/^\d+/, "")}`;
  return inFolder(migration, name);
};

const secondAfter = (name: string): string => {
  const [digits = ""] = /^\d+/.exec(name) ?? [];
  const [, year, month, day, hour, minute, second] = (TIME.exec(digits) ?? []).map(Number);
  if (year === undefined || month === undefined) {
    return String(BigInt(digits) + 1n).padStart(digits.length, "0");
  }
  const next = new Date(Date.UTC(year, month - 1, day, hour, minute, (second ?? 0) + 1));
  return next.toISOString().replace(/\D/g, "").slice(0, digits.length);
};

const inFolder = (migration: Migration, name: string): Migration => {
  const moved = (path: string) => path.replace(/[^/]+(?=\/[^/]+$)/, () => name);
  const { path, snapshot } = migration;
  return {
    ...migration,
    path: moved(path),
    ...(snapshot === undefined ? {} : { snapshot: { ...snapshot, path: moved(snapshot.path) } }),
  };
};

/** The migration with another state of the tables beside it. */
export const withState = (migration: Migration, state: JsonObject): Migration => {
  const { snapshot } = migration;
  return snapshot === undefined
    ? migration
    : { ...migration, snapshot: { ...snapshot, text: `${JSON.stringify(state, undefined, 2)}\n` } };
};

/** What two sides have made of one state of the tables. */
export const mergedStates = (
  base: Snapshot | undefined,
  ours: Snapshot,
  theirs: Snapshot,
): JsonObject => {
  const merged = mergedJson(
    base === undefined ? undefined : objectIn(base.text),
    objectIn(ours.text),
    objectIn(theirs.text),
  );
  return isObject(merged) ? merged : {};
};

/**
 * Puts what is new behind the project's newest, in the order in which it is applied.
 * @param settled what its tool has to know of those that are there by then
 */
export const placeInTurn = (
  { added, own }: Sides,
  settled: (renamed: Migration, from: Migration, known: readonly Migration[]) => Migration,
): Places => {
  const known = [...own];
  const placed = added.map((migration) => {
    const there = settled(behind(migration, known), migration, known);
    known.push(there);
    return there;
  });
  return { placed };
};
