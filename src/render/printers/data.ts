import { type Data, digits, Printed, printed, quoted } from "./printed.ts";

type Syntax = {
  readonly none: string | undefined;
  readonly key: (key: string) => string;
  readonly list: (items: readonly string[]) => string;
  readonly table: (entries: readonly (readonly [string, string])[]) => string;
};

const write = (value: Data, syntax: Syntax): string => {
  if (value === null) {
    if (syntax.none === undefined) throw new Error("TOML has no null; leave the key out");
    return syntax.none;
  }
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return digits(value);
  if (typeof value === "boolean") return String(value);
  if (value instanceof Printed || value === undefined) {
    throw new Error("this is no data; pass the value itself");
  }
  if (isList(value)) return syntax.list(value.map((item) => write(item, syntax)));
  return syntax.table(
    Object.entries(value).map(([key, item]) => [syntax.key(key), write(item, syntax)]),
  );
};

const isList = (value: Data): value is readonly Data[] => Array.isArray(value);

const colons = (entries: readonly (readonly [string, string])[]): string =>
  `{${entries.map(([key, item]) => `${key}: ${item}`).join(", ")}}`;

const brackets = (items: readonly string[]): string => `[${items.join(", ")}]`;

const jsonSyntax: Syntax = { none: "null", key: quoted, list: brackets, table: colons };

const tomlSyntax: Syntax = {
  none: undefined,
  key: (key) => (/^[\w-]+$/.test(key) ? key : quoted(key)),
  list: brackets,
  table: (entries) =>
    entries.length === 0
      ? "{}"
      : `{ ${entries.map(([key, item]) => `${key} = ${item}`).join(", ")} }`,
};

/** A value on one line of JSON. */
export const json = (value: Data): Printed => printed(write(value, jsonSyntax));

/** A value on one line of YAML 1.2: its flow style, with every string quoted. */
export const yaml = (value: Data): Printed => printed(write(value, jsonSyntax));

/** A value on one line of TOML 1.0. */
export const toml = (value: Data): Printed => printed(write(value, tomlSyntax));
