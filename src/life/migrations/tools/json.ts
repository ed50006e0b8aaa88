export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export type JsonObject = { readonly [name: string]: Json };

type Fields = ReadonlyMap<string, Json>;

/** What tells the things of one list apart: columns have the names of others in other tables. */
const NAMING = ["entityType", "schema", "table", "name", "keyName", "columnNames"];

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Whether a value is an object, and no list. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !isList(value);

/** The value with what each of two sides has changed; where both have, ours wins. */
export const mergedJson = (
  base: Json | undefined,
  ours: Json | undefined,
  theirs: Json | undefined,
): Json | undefined => {
  if (isSame(ours, base)) return theirs;
  if (isSame(theirs, base) || isSame(theirs, ours)) return ours;
  const [left, right] = [fieldsOf(ours), fieldsOf(theirs)];
  if (left === undefined || right === undefined) return ours;
  const before = fieldsOf(base) ?? new Map<string, Json>();
  const names = [...new Set([...right.keys(), ...left.keys()])];
  const merged = names.flatMap((name) => {
    const value = mergedJson(before.get(name), left.get(name), right.get(name));
    return value === undefined ? [] : [[name, value] as const];
  });
  return Array.isArray(ours) ? merged.map(([, value]) => value) : Object.fromEntries(merged);
};

/** The parts of an object, or of a list of different things, by name. */
const fieldsOf = (value: Json | undefined): Fields | undefined => {
  if (typeof value !== "object" || value === null) return undefined;
  if (!isList(value)) return new Map(Object.entries(value));
  const named = new Map(value.map((one) => [nameOf(one), one]));
  return named.size === value.length ? named : undefined;
};

const nameOf = (value: Json): string => {
  if (!isObject(value)) return JSON.stringify(value);
  const names = NAMING.filter((name) => value[name] !== undefined);
  return JSON.stringify(names.length === 0 ? value : names.map((name) => value[name] ?? null));
};

const isSame = (one: Json | undefined, other: Json | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
