import {
  comment,
  type Data,
  digits,
  isList,
  Printed,
  printed,
  quoted,
  withMore,
} from "./printed.ts";

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

/** A value over several lines of JSON: each entry has one, in lists and maps alike. */
const jsonBlock = (value: Data, indent: number): string => {
  const inner = indent + 2;
  const lines = (open: string, items: readonly string[], close: string): string =>
    items.length === 0
      ? open + close
      : `${open}\n${items.map((item) => " ".repeat(inner) + item).join(",\n")}\n${" ".repeat(indent)}${close}`;
  if (isList(value)) {
    return lines(
      "[",
      value.map((item) => jsonBlock(item, inner)),
      "]",
    );
  }
  if (!isMap(value)) return write(value, jsonSyntax);
  const entries = Object.entries(value);
  return lines(
    "{",
    entries.map(([key, item]) => `${quoted(key)}: ${jsonBlock(item, inner)}`),
    "}",
  );
};

/** Text for a JSON file: a value on one line. */
export const json = withMore((value: Data): Printed => printed(write(value, jsonSyntax)), {
  /** Over several lines; the one that it begins on is indented by so many spaces. */
  block: (value: Data, indent = 0): Printed => printed(jsonBlock(value, indent)),
});

/** A value on one line of YAML 1.2: its flow style, with every string quoted. */
const flow = (value: Data): string => write(value, jsonSyntax);

/** Words that are no text for one of YAML's versions, or might be none. */
const NO_TEXT = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
/** A word, path, option or address, or an amount with its unit. */
const PLAIN = /^(?:(?:[A-Za-z]|\.?\/|--?[A-Za-z])[\w./@=-]*(?::[\w./@=-]+)*|\d+[smg])$/;
/** A text that YAML reads as it is: no number, and without what has a meaning of its own. */
const plainOr = (text: string): string =>
  PLAIN.test(text) && !NO_TEXT.test(text) ? text : flow(text);

/** A value as an indented block: maps over several lines, lists of maps too, all else on one. */
const block = (value: Data, indent: number): string => {
  const space = " ".repeat(indent);
  if (isList(value)) {
    return value.map((item) => `${space}- ${block(item, indent + 2).trimStart()}`).join("\n");
  }
  if (!isMap(value)) return space + (typeof value === "string" ? plainOr(value) : flow(value));
  return Object.entries(value)
    .map(([key, item]) => {
      const isNested = isFilled(item) || (isList(item) && item.some(isFilled));
      const text = isNested ? `\n${block(item, indent + 2)}` : ` ${inline(item)}`;
      return `${space}${plainOr(key)}:${text}`;
    })
    .join("\n");
};

const inline = (value: Data): string => {
  if (typeof value === "string") return plainOr(value);
  return isList(value) ? `[${value.map(inline).join(", ")}]` : flow(value);
};

const isFilled = (value: Data): boolean => isMap(value) && Object.keys(value).length > 0;

const isMap = (value: Data): value is { readonly [key: string]: Data } =>
  typeof value === "object" && value !== null && !isList(value) && !(value instanceof Printed);

/** Text for a YAML file. */
export const yaml = withMore((value: Data): Printed => printed(flow(value)), {
  /** On one line, without quotation marks where they change nothing. */
  line: (value: Data): Printed => printed(inline(value)),
  /** Over several lines, each of them indented by so many spaces. */
  block: (value: Data, indent = 0): Printed => printed(block(value, indent)),
  /** The text of a comment, without its `#`. */
  comment: (text: string): Printed => printed(comment(text)),
});

/** Text for a TOML file. */
export const toml = withMore((value: Data): Printed => printed(write(value, tomlSyntax)), {
  /** The key of a table. */
  key: (key: string): Printed => printed(tomlSyntax.key(key)),
});
