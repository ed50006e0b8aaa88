/** What a setting is: a typed environment variable. */

/** The settings that were parsed before, by their names in code. */
export type Given = Readonly<Record<string, unknown>>;

/** A value is refused. The message never contains it: it may be a secret. */
export class Fault extends Error {}

export interface Setting<T> {
  /** Returns the value of a text; throws `Fault`. `name` is that of the setting in code. */
  parse(text: string, given: Given, name?: string): T;
  /** Returns what is wrong with a value in production; undefined if nothing is. */
  unsafe?(value: T, given: Given): string | undefined;
  /** The text that is parsed where the variable is missing; the setting is required without one. */
  readonly default?: string;
  /** The value is undefined where the variable is missing. */
  readonly isOptional?: true;
  /** Required in production, even if there is a default elsewhere. */
  readonly isRequiredInProduction?: true;
  /** May come from a file named by `<NAME>_FILE`, the way container platforms mount secrets. */
  readonly isConfidential?: true;
  /** Values that deployments are warned of. */
  readonly discouraged?: readonly T[];
}

/** What may be said of a setting beside its kind. */
export interface Options {
  readonly default?: string;
  readonly requiredInProduction?: true;
}

/** Applies options to a kind of setting. */
export const withOptions = <T>(setting: Setting<T>, options: Options): Setting<T> => ({
  ...setting,
  ...(options.default === undefined ? {} : { default: options.default }),
  ...(options.requiredInProduction ? { isRequiredInProduction: true } : {}),
});

/** Makes a setting that may be missing. */
export const optional = <T>(setting: Setting<T>): Setting<T | undefined> => ({
  ...setting,
  unsafe: (value, given) => (value === undefined ? undefined : setting.unsafe?.(value, given)),
  isOptional: true,
});

/** Splits a comma-separated list. */
export const split = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** The values of a table of settings. */
export type ValuesOf<Table extends Readonly<Record<string, Setting<unknown>>>> = {
  readonly [Name in keyof Table]: Table[Name] extends Setting<infer T> ? T : never;
};
