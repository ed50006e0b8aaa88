/** Parses settings, and reports every fault at once. */

import { readFileSync } from "node:fs";
import { nearest } from "./nearest.ts";
import { Secret } from "./secret.ts";
import { Fault, type Setting, type ValuesOf } from "./setting.ts";
import { DEPLOYED, type Variables } from "./variables.ts";

const FILE_SUFFIX = "_FILE";
// Names reserved for examples (RFC 2606): a setting with one was never filled in.
const PLACEHOLDER = /\bexample\.(com|net|org)\b|\.example\b/;

type Table = Readonly<Record<string, Setting<unknown>>>;

/** The environment is invalid. `faults` names each variable and what is wrong with it. */
export class SettingsError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.faults = faults;
  }
}

/** Parses the settings of a table; throws `SettingsError`, which never contains a value. */
export const parseSettings = <T extends Table>(table: T, variables: Variables): ValuesOf<T> => {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, setting] of Object.entries(table)) {
    const variable = variableOf(name);
    try {
      values[name] = parse(name, setting, textOf(variable, setting, variables), values);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(`${variable}: ${error.message}`);
    }
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return values as ValuesOf<T>;
};

/** Returns the defaults of a table. */
export const parseDefaults = <T extends Table>(table: T): ValuesOf<T> => {
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(table)) {
    if (setting.default !== undefined) values[name] = setting.parse(setting.default, values, name);
  }
  return values as ValuesOf<T>;
};

/** Returns warnings: misspelt names and left-over development values. */
export const warningsOf = <T extends Table>(
  table: T,
  values: ValuesOf<T>,
  variables: Variables,
): string[] => [...misspelt(table, variables), ...leftBehind(table, values)];

/** Returns the name of a setting's variable: `SECRET_KEY` of `secretKey`. */
const variableOf = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

const parse = (
  name: string,
  setting: Setting<unknown>,
  text: string | undefined,
  values: Readonly<Record<string, unknown>>,
): unknown => {
  const inProduction = values["environment"] === "production";
  if (text === undefined && setting.isRequiredInProduction && inProduction) {
    throw new Fault("is required in production");
  }
  const given = text ?? setting.default;
  if (given === undefined) {
    if (setting.isOptional) return undefined;
    throw new Fault("is required");
  }
  const value = setting.parse(given, values, name);
  const unsafe = inProduction ? setting.unsafe?.(value, values) : undefined;
  if (unsafe !== undefined) throw new Fault(unsafe);
  return value;
};

const textOf = (
  variable: string,
  setting: Setting<unknown>,
  { environment, file }: Variables,
): string | undefined => {
  const path = environment[variable + FILE_SUFFIX] ?? file[variable + FILE_SUFFIX];
  const own = environment[variable];
  if (own !== undefined || path === undefined || !setting.isConfidential) {
    return own ?? file[variable];
  }
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    throw new Fault(`the file of ${variable + FILE_SUFFIX} cannot be read`);
  }
};

const leftBehind = <T extends Table>(table: T, values: ValuesOf<T>): string[] => {
  const given: Readonly<Record<string, unknown>> = values;
  if (!DEPLOYED.includes(given["environment"])) return [];
  return Object.entries(table).flatMap(([name, { discouraged }]) => {
    const value = given[name];
    return [
      ...(PLACEHOLDER.test(searchable(value))
        ? [`${variableOf(name)} holds a name that is reserved for examples`]
        : []),
      ...(discouraged?.includes(value)
        ? [`${variableOf(name)} is ${value}, which is for development`]
        : []),
    ];
  });
};

const misspelt = (table: Table, { environment, file }: Variables): string[] => {
  const names = Object.keys(table).map(variableOf);
  const files = Object.entries(table)
    .filter(([, setting]) => setting.isConfidential)
    .map(([name]) => variableOf(name) + FILE_SUFFIX);
  const known = [...names, ...files].toSorted();
  const prefixes = new Set(
    names.filter((name) => name.includes("_")).map((name) => name.split("_", 1)[0]),
  );
  return Object.keys({ ...file, ...environment })
    .filter((name) => !known.includes(name))
    .filter((name) => name.includes("_") && prefixes.has(name.split("_", 1)[0]))
    .toSorted()
    .map((name) => `${name} is not a setting; did you mean ${nearest(name, known)}?`);
};

/** Returns a value as one text, to search it. */
const searchable = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(searchable).join(",")
    : value instanceof Secret
      ? value.reveal()
      : String(value);
