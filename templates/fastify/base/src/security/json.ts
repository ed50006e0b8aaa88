/**
 * Strict JSON (RFC 8259; OWASP API Security Top 10 2023, API8).
 *
 * Two parsers that read the same bytes differently let an attacker bypass a check, so JSON with
 * duplicate members, invalid Unicode or NUL is refused before any code sees a value.
 */

import { isUtf8 } from "node:buffer";
import { BadRequest } from "../errors.ts";

const MAX_DEPTH = 32;
export const MAX_VALUES = 10_000;
// The largest number of IEEE 754, which most parsers use, has 309 digits (RFC 8259, 6).
const MAX_DIGITS = 309;

/** The text is not acceptable JSON. Clients are not told the reason. */
export class BadJson extends BadRequest {
  static override readonly detail: string = "The request body is not acceptable JSON.";
  readonly reason: string;

  constructor(reason: string) {
    super();
    this.reason = reason;
  }
}

/** Parses a body; throws `BadJson`. */
export const parseJson = (body: Buffer): unknown => {
  if (!isUtf8(body)) throw new BadJson("not UTF-8");
  const text = body.toString("utf8");
  const members = scan(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadJson("not JSON");
  }
  // Of two members of one name, the parser keeps the last.
  if (countMembers(value) !== members) throw new BadJson("duplicate member");
  return value;
};

/**
 * Counts the members that are written, before anything is parsed: a million values take seconds.
 *
 * Each character is looked at once, whatever the text: what is no JSON is left to the parser.
 */
const scan = (text: string): number => {
  let depth = 0;
  let members = 0;
  let values = 1;
  let digits = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    digits = code >= 0x30 && code <= 0x39 ? digits + 1 : 0;
    if (digits > MAX_DIGITS) throw new BadJson("too many digits");
    if (code === QUOTE) {
      index = endOfString(text, index);
    } else if (code === COLON) {
      members++;
    } else if (code === COMMA) {
      values++;
    } else if (code === BRACE || code === BRACKET) {
      if (++depth > MAX_DEPTH) throw new BadJson("nested too deep");
      index = skipSpace(text, index);
      const next = text.charCodeAt(index + 1);
      if (next !== END_BRACE && next !== END_BRACKET) values++;
    } else if (code === END_BRACE || code === END_BRACKET) {
      depth--;
    }
    if (values > MAX_VALUES) throw new BadJson("too many values");
  }
  return members;
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const BRACE = 0x7b;
const END_BRACE = 0x7d;
const BRACKET = 0x5b;
const END_BRACKET = 0x5d;
const SPACES: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];

/** Returns where a string ends. */
const endOfString = (text: string, begin: number): number => {
  for (let index = begin + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index;
    if (code === BACKSLASH) index++;
  }
  throw new BadJson("unterminated string");
};

/** Returns the last index of the space behind an index. */
const skipSpace = (text: string, begin: number): number => {
  let index = begin;
  while (SPACES.includes(text.charCodeAt(index + 1))) index++;
  return index;
};

/** Counts the members that are left, and refuses text that only an escape can contain. */
const countMembers = (value: unknown): number => {
  if (typeof value === "string") {
    checkText(value);
    return 0;
  }
  if (typeof value === "number" && !Number.isFinite(value))
    throw new BadJson("not a finite number");
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, item) => sum + countMembers(item), 0);
  }
  let members = 0;
  for (const [name, item] of Object.entries(value)) {
    checkText(name);
    // Code that copies members one by one would set the prototype (CWE-1321).
    if (name === "__proto__") throw new BadJson("a member named __proto__");
    members += 1 + countMembers(item);
  }
  return members;
};

/**
 * Refuses a NUL or half of a surrogate pair.
 *
 * Databases refuse NUL or truncate at it; a lone surrogate cannot be encoded in UTF-8.
 */
const checkText = (text: string): void => {
  if (text.includes("\0") || !text.isWellFormed()) throw new BadJson("text that cannot be stored");
};
