/** Text that a printer made for one language: the only thing that a tag can print (law 6). */
export class Printed {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Gluing printed text to other text would make text that no printer has seen. */
  toString(): never {
    throw new Error(`'${this.text}' is printed already; print it in a tag of its own`);
  }
}

export const printed = (text: string): Printed => new Printed(text);

type Printer<Value> = (value: Value) => Printed;

/** A printer with others of the same language beside it: `py()` and `py.name()`. */
export const withMore = <Value, More extends object>(
  printer: Printer<Value>,
  more: More,
): Printer<Value> & More =>
  // Not Object.assign: a function's own `name` cannot be assigned to.
  Object.defineProperties(printer, Object.getOwnPropertyDescriptors(more)) as Printer<Value> & More;

/** Values that can be written as data in every language. */
export type Data =
  | string
  | number
  | boolean
  | null
  | readonly Data[]
  | { readonly [key: string]: Data };

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it must find
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[\u202a-\u202e\u2066-\u2069]/g;
const LONE_SURROGATE = /\p{Cs}/u;

/**
 * A string between double quotes, escaped as JSON, TOML, YAML and Python all read it: `\"`, `\\`,
 * `\n`, `\t` and `\uXXXX`.
 * @throws Error when the text is no valid Unicode, which not all of them can write
 */
export const quoted = (text: string): string => {
  if (LONE_SURROGATE.test(text)) throw new Error("the text is no valid Unicode");
  return `"${text.replace(/["\\]/g, "\\$&").replace(UNPRINTABLE, escaped)}"`;
};

const escaped = (character: string): string => {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
};

/** @throws Error when the number cannot be written the same way in every language */
export const digits = (value: number): string => {
  if (!Number.isSafeInteger(value)) throw new Error(`${value} is no whole number`);
  return String(value);
};

export const isList = (value: Data): value is readonly Data[] => Array.isArray(value);

/**
 * The text of a comment that ends with its line.
 * @throws Error when it would end before
 */
export const comment = (text: string): string => {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) throw new Error("a comment is one line");
  return text;
};
