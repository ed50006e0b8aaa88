import { type Data, digits, isList, quoted } from "./printed.ts";

const KEYWORDS = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except " +
    "finally for from global if import in is lambda nonlocal not or pass raise return try while " +
    "with yield"
  ).split(" "),
);

/** A literal, as ruff formats it, on one line. */
export const literal = (value: Data): string => {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return digits(value);
  if (typeof value === "string") return text(value);
  if (isList(value)) return `[${value.map(literal).join(", ")}]`;
  const entries = Object.entries(value).map(([key, item]) => `${text(key)}: ${literal(item)}`);
  return `{${entries.join(", ")}}`;
};

/** Double quotes, unless the text holds them and no single ones: what ruff prefers. */
const text = (value: string): string => {
  const double = quoted(value);
  if (!value.includes('"') || value.includes("'")) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"')}'`;
};

/** The text of a docstring, with its quotes. Lines stay lines. */
export const docstring = (value: string): string =>
  `"""${quoted(value)
    .slice(1, -1)
    .replaceAll("\\n", "\n")
    .replace(/\\"(?!\\"|$)/g, '"')}"""`;

/** @throws Error when Python would not read it as a name */
export const identifier = (id: string): string => {
  if (!/^[A-Za-z_]\w*$/.test(id) || KEYWORDS.has(id)) throw new Error(`'${id}' is no Python name`);
  return id;
};

export const dotted = (path: string): string => path.split(".").map(identifier).join(".");
