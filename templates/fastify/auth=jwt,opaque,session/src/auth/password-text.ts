/** Normalisation: a password is the same text on every keyboard and system (RFC 8265, 4). */

import { addFormat } from "../formats.ts";
import { Type } from "../json-schema.ts";

export const MAX_PASSWORD_LENGTH = 128;
/** NFC may combine several code points into one. */
const MAX_TYPED_LENGTH = 4 * MAX_PASSWORD_LENGTH;

const OTHER_SPACES = /\p{Zs}/gu;
/** Code points of the FreeformClass (RFC 8264, 4.3), in any context; joiners are looked at below. */
const ALLOWED = /^(?:[\p{L}\p{M}\p{N}\p{P}\p{S} \u200c\u200d])+$/u;
/**
 * What the class leaves out of those: ignorable code points other than joiners, jamo of old Hangul,
 * and the exceptions of RFC 5892, 2.6.
 */
const REFUSED =
  /(?![\u200c\u200d])\p{DI}|[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b]/u;
/** Signs that silence the vowel of the letter before them: a joiner shapes what follows. */
const VIRAMA =
  "\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d3b\\u0d3c\\u0d4d\\u0dca\\u0e3a\\u0eba\\u0f84\\u1039\\u103a\\u1714\\u1734\\u17d2\\u1a60\\u1b44\\u1baa\\u1bab\\u1bf2\\u1bf3\\u2d7f\\ua806\\ua8c4\\ua953\\ua9c0\\uaaf6\\uabed";
const CURSIVE = "\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Nko}\\p{Script=Mongolian}";
/** Code points outside the contexts to which they are limited (RFC 5892, appendix A). */
const MISPLACED = [
  // A non-joiner, between letters that would join; a joiner, nowhere but after a virama.
  new RegExp(`(?<![${VIRAMA}]|[${CURSIVE}](?=\\u200c[${CURSIVE}]))\\u200c`, "u"),
  new RegExp(`(?<![${VIRAMA}])\\u200d`, "u"),
  /(?<!l)\u00b7|\u00b7(?!l)/u,
  /\u0375(?!\p{Script=Greek})/u,
  /(?<!\p{Script=Hebrew})[\u05f3\u05f4]/u,
  /^[^\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]*\u30fb[^\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]*$/u,
  /[\u0660-\u0669].*[\u06f0-\u06f9]|[\u06f0-\u06f9].*[\u0660-\u0669]/u,
];

/** Returns the number of characters of a text, as a password counts them. */
export const lengthOf = (typed: string): number =>
  // The time of composing letters is quadratic in their number: so many are too many in any form.
  typed.length > 2 * MAX_TYPED_LENGTH ? typed.length : [...typed.normalize("NFC")].length;

/**
 * Returns the form that is checked, hashed and compared; undefined for text that is no password.
 *
 * Letters are composed (NFC) and spaces are U+0020. Control, invisible and unassigned characters are
 * refused: they cannot be typed again everywhere.
 */
export const prepare = (typed: string): string | undefined => {
  if (lengthOf(typed) > MAX_PASSWORD_LENGTH) {
    return undefined;
  }
  const text = typed.replace(OTHER_SPACES, " ").normalize("NFC");
  const usable =
    ALLOWED.test(text) && !REFUSED.test(text) && !MISPLACED.some((rule) => rule.test(text));
  return usable ? text : undefined;
};

/** Returns the prepared form of a text that can be a password. */
export const prepared = (typed: string): string => {
  const text = prepare(typed);
  if (text === undefined) {
    throw new Error("this text cannot be a password");
  }
  return text;
};

/** Returns what is wrong with a password, right or wrong. */
const lengthFault = (typed: string): string | undefined =>
  lengthOf(typed) > MAX_PASSWORD_LENGTH
    ? `must have at most ${MAX_PASSWORD_LENGTH} characters`
    : undefined;

/** Returns what is wrong with a new password. */
export const newPasswordFault = (typed: string): string | undefined => {
  const unprepared =
    prepare(typed) === undefined
      ? "must not have control characters, invisible ones, or ones that Unicode lacks"
      : undefined;
  return lengthFault(typed) ?? unprepared;
};

addFormat("given-password", { fault: lengthFault, documentedAs: "password" });

/** A password given to authenticate, right or wrong. */
export const PASSWORD = Type.String({
  minLength: 1,
  maxLength: MAX_TYPED_LENGTH,
  format: "given-password",
  examples: ["violet kettle drifts north"],
});
