/** Strict forms (WHATWG URL, application/x-www-form-urlencoded). */

import { isUtf8 } from "node:buffer";
import { BadRequest } from "../errors.ts";

export const MAX_FIELDS = 100;
// Form fields are short; decoding a longer one would block the event loop.
const MAX_FORM_BYTES = 16_384;

/** Parses a form; throws `BadRequest`. A field without a value counts as missing. */
export const parseForm = (body: Buffer): Record<string, string> => {
  if (body.length > MAX_FORM_BYTES) throw new BadRequest("The form is too long.");
  const pairs = isUtf8(body) ? pairsOf(body.toString("utf8")) : undefined;
  if (pairs === "too many") throw new BadRequest("The request body has too many fields.");
  const fields = pairs && fieldsOf(pairs);
  if (fields === undefined) throw new BadRequest("The request body is not an acceptable form.");
  return fields;
};

/** Returns the decoded pairs of a form or a query; undefined if they cannot be decoded. */
export const pairsOf = (text: string): (readonly [string, string])[] | "too many" | undefined => {
  const parts = text.split("&", MAX_FIELDS + 1);
  if (parts.length > MAX_FIELDS) return "too many";
  try {
    return parts
      .filter((part) => part !== "")
      .map((part) => {
        const equals = part.indexOf("=");
        return equals < 0
          ? [decode(part), ""]
          : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
      });
  } catch {
    return undefined;
  }
};

// Throws for escapes of bytes that are not UTF-8.
const decode = (part: string): string => {
  const text = decodeURIComponent(part.replaceAll("+", " "));
  // Databases refuse NUL or truncate at it.
  if (text.includes("\0")) throw new URIError("a NUL");
  return text;
};

const fieldsOf = (
  pairs: readonly (readonly [string, string])[],
): Record<string, string> | undefined => {
  const fields: Record<string, string> = Object.create(null);
  const names = new Set(pairs.map(([name]) => name));
  // Of a repeated field, a proxy may have read the other value (CWE-235).
  if (names.size !== pairs.length) return undefined;
  for (const [name, value] of pairs) if (value !== "") fields[name] = value;
  return fields;
};
