/** Media types of request bodies. */

import { UnsupportedMediaType } from "../errors.ts";

export const JSON_TYPE = "application/json";
const MAX_CONTENT_TYPE_CHARACTERS = 200;
const CHARSET = /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/i;

/** Throws `UnsupportedMediaType` unless a `Content-Type` names the expected type, in UTF-8. */
export const checkMediaType = (given: string, expected: string): void => {
  const [type = "", ...parameters] = given.slice(0, MAX_CONTENT_TYPE_CHARACTERS + 1).split(";");
  const isKnown =
    given.length <= MAX_CONTENT_TYPE_CHARACTERS && type.trim().toLowerCase() === expected;
  // Decoded as another charset, the bytes would be another text.
  const charsets = parameters.map((parameter) => CHARSET.exec(parameter)?.[1]?.toLowerCase());
  if (!isKnown || !charsets.every((charset) => charset === undefined || charset === "utf-8")) {
    throw new UnsupportedMediaType(`Send the body as ${expected}.`);
  }
};
