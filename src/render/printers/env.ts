import { type Printed, printed } from "./printed.ts";

const NAME = /^[A-Z_][A-Z0-9_]*$/;
const PLAIN = /^[\w@%+=:,./~*-]*$/;

/**
 * `NAME=value` as python-dotenv, Node, Docker and a shell all read it.
 * @throws Error for a value that they would read differently: a line break, `${`, or both quotes
 */
export const envLine = (name: string, value: string): string => {
  if (!NAME.test(name)) throw new Error(`'${name}' is no name of an environment variable`);
  return `${name}=${quotedValue(name, value)}`;
};

const quotedValue = (name: string, value: string): string => {
  if (PLAIN.test(value)) return value;
  if (/\p{Cc}/u.test(value)) throw new Error(`${name}: the value holds a control character`);
  if (value.includes("${")) throw new Error(`${name}: '\${' would be expanded; write it otherwise`);
  if (!/['\\]/.test(value)) return `'${value}'`;
  if (!/["\\$`]/.test(value)) return `"${value}"`;
  throw new Error(`${name}: no quoting of this value is read the same way everywhere`);
};

const comment = (text: string): string => {
  if (/\p{Cc}/u.test(text)) throw new Error("a comment is one line");
  return text;
};

export const env = {
  line: (name: string, value: string): Printed => printed(envLine(name, value)),
  /** The text of a comment, without its `#`. */
  comment: (text: string): Printed => printed(comment(text)),
} as const;
