/** Strict forms (WHATWG URL, application/x-www-form-urlencoded). */

import { isUtf8 } from "node:buffer";
import { BadRequest } from "../errors.ts";
import { pairsOf } from "./urlencoded.ts";

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
