import { comment, type Data, digits, isList, quoted } from "./printed.ts";

/** Words that are no names in a module, whose code is always strict. */
const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum " +
    "eval export extends false finally for function if implements import in instanceof interface " +
    "let new null package private protected public return static super switch this throw true " +
    "try typeof undefined var void while with yield"
  ).split(" "),
);
const NAME = /^[A-Za-z_$][\w$]*$/;

/** A literal, as Biome formats it, on one line. */
export const literal = (value: Data): string => {
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return digits(value);
  if (typeof value === "string") return text(value);
  if (isList(value)) return `[${value.map(literal).join(", ")}]`;
  const entries = Object.entries(value).map(([id, item]) => `${key(id)}: ${literal(item)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
};

/** Double quotes, unless the text holds more of them than single ones. */
const text = (value: string): string => {
  const double = quoted(value);
  const count = (quote: string): number => value.split(quote).length - 1;
  if (count('"') <= count("'")) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
};

/** @throws Error when TypeScript would not read it as a name */
export const identifier = (id: string): string => {
  if (!NAME.test(id) || RESERVED.has(id)) throw new Error(`'${id}' is no TypeScript name`);
  return id;
};

/** The key of an object, in quotes only where it needs them. */
export const key = (id: string): string => {
  // As a key of a literal, this one is no key but the object's prototype.
  if (id === "__proto__") throw new Error(`'${id}' is no key of an object`);
  return NAME.test(id) ? id : text(id);
};

/** The name of a setting in code: `databaseUrl` of `DATABASE_URL`. */
export const camelCase = (words: string): string =>
  identifier(
    words.toLowerCase().replace(/[_-]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
  );

/** A comment before what it documents. Lines stay lines. */
export const documentation = (value: string, indent: number): string => {
  const lines = value.split("\n").map((each) => comment(each).replaceAll("*/", "*\\/"));
  if (lines.length === 1) return `/** ${lines[0]} */`;
  const space = " ".repeat(indent);
  const body = lines.map((each) => `${space} * ${each}`.trimEnd());
  return ["/**", ...body, `${space} */`].join("\n");
};
