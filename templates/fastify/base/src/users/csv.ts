/** Accounts as CSV (RFC 4180), safe to open in a spreadsheet. */

import type { User } from "./model.ts";

const COLUMNS = [
  "id",
  "email",
  "full_name",
  "role",
  "is_active",
  "email_verified",
  "created_at",
] as const;
// Some spreadsheets treat their full-width forms alike.
const FORMULA_STARTS = "=+@\uff1d\uff0b\uff0d\uff20\\-";
// Characters that a spreadsheet may take for the end of a cell, and those that it ignores at the
// start of the next one.
const SEPARATORS = ",;|\\t\\r\\n\\v\\f\\x1c-\\x1f\\x85\\u2028\\u2029\\uff0c\\uff1b\\uff5c";
const BETWEEN = `[\\s"${SEPARATORS}]`;
// Matched once from the first of a run, not again from each of them.
const FORMULA = new RegExp(`(?<!${BETWEEN})(${BETWEEN}*)([${FORMULA_STARTS}])`, "gu");
const SEPARATOR = new RegExp(`[${SEPARATORS}]`, "u");

/** The first line. */
export const HEAD: string = lineOf(COLUMNS);

/** Returns the line of an account. */
export const lineOfUser = (user: User): string =>
  lineOf([
    user.id,
    user.email,
    user.fullName,
    user.role,
    String(user.isActive),
    String(user.emailVerified),
    user.createdAt.toISOString(),
  ]);

function lineOf(values: readonly string[]): string {
  const cells = values.map((value) => `"${cellOf(value).replaceAll('"', '""')}"`);
  return `${cells.join(",")}\r\n`;
}

function cellOf(value: string): string {
  const text = value.replaceAll(FORMULA, asText);
  return /^[\t\r\n]/.test(text) ? `'${text}` : text;
}

/**
 * Prefixes formulas with a quote, so that a spreadsheet does not run them (CWE-1236).
 *
 * Not only at the start: a spreadsheet with another separator than the comma starts a cell after
 * each of those characters.
 */
function asText(formula: string, between: string, start: string, position: number): string {
  if (position === 0) {
    return `'${formula}`;
  }
  return SEPARATOR.test(between) ? `${between}'${start}` : formula;
}
