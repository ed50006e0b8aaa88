/** E-mail addresses, in the form in which they are stored, compared and counted. */

import { domainToASCII, domainToUnicode } from "node:url";
import { addFormat } from "../formats.ts";

export const MAX_EMAIL_LENGTH = 254;
// Composing may make one character of several.
const MAX_TYPED_LENGTH = 4 * MAX_EMAIL_LENGTH;
const MAX_LOCAL_LENGTH = 64;
const MAX_DOMAIN_LENGTH = 253;
const NOT_AN_ADDRESS = "is not an e-mail address";

// A dot-atom of RFC 5322, or of RFC 6532.
const LOCAL =
  /^[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+(\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+)*$/u;
const UNFIT = /[\p{C}\p{Z}]/u;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
// A label that says that it is encoded, and is not (RFC 5891, 4.2.3.1).
const UNDECODABLE = /(?:^|\.)xn--/;
// The end of every domain of the internet.
const TOP_LEVEL = /[a-z]$/;
// Names that are never looked up on the internet (RFC 6761, RFC 7686).
const SPECIAL_USE = new Set(["arpa", "invalid", "local", "localhost", "onion", "test"]);

/** Returns the normalised address; undefined for text that is not one. */
export const normalEmail = (text: string): string | undefined => {
  // The time of composing letters is quadratic in their number.
  if (text.length > MAX_TYPED_LENGTH) return undefined;
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0)).normalize("NFC");
  const domain = normalDomain(text.slice(at + 1));
  if (at < 1 || domain === undefined || !isLocalPart(local)) {
    return undefined;
  }
  const ascii = `${local}@${domain.ascii}`;
  return Buffer.byteLength(ascii) > MAX_EMAIL_LENGTH
    ? undefined
    : `${local}@${domain.unicode}`.toLowerCase();
};

/**
 * Returns whether nothing but ASCII characters are before the @.
 *
 * Few servers accept mail for another (RFC 6531), so it could not be verified. Composing and lower
 * case make a `k` of the Kelvin sign: it would be the address of somebody else.
 */
export const hasAsciiLocalPart = (text: string): boolean =>
  isAscii(text.slice(0, text.lastIndexOf("@")));

addFormat("email", {
  documentedAs: "email",
  fault: (text) => {
    const email = normalEmail(text);
    if (email === undefined) {
      return NOT_AN_ADDRESS;
    }
    return hasAsciiLocalPart(text)
      ? undefined
      : "must have nothing but ASCII characters before the @";
  },
});

interface Domain {
  readonly ascii: string;
  readonly unicode: string;
}

const normalDomain = (text: string): Domain | undefined => {
  // The parser of URLs reads more than names: numbers, percent signs and ports.
  const ascii = /[\s%/?#:@[\]\\]/.test(text) ? "" : domainToASCII(text);
  const labels = ascii.split(".");
  const top = labels.at(-1) ?? "";
  const isName =
    ascii.length <= MAX_DOMAIN_LENGTH &&
    labels.length > 1 &&
    labels.every((label) => LABEL.test(label)) &&
    TOP_LEVEL.test(top) &&
    !SPECIAL_USE.has(top);
  const unicode = isName ? domainToUnicode(ascii) : "";
  return unicode === "" || UNDECODABLE.test(unicode) ? undefined : { ascii, unicode };
};

const isLocalPart = (text: string): boolean =>
  text.length <= MAX_LOCAL_LENGTH && LOCAL.test(text) && !UNFIT.test(text);

const isAscii = (text: string): boolean => !/[^\p{ASCII}]/u.test(text);
