/** Mailboxes: `ann@example.com`, or `Ann <ann@example.com>` (RFC 5322, 3.4). */

import { domainToASCII } from "node:url";

// One address, without anything that a parser of mail takes for a second one (CWE-93).
const MAILBOX =
  /^(?:(?:"(?<quoted>[^<>"@\\\r\n]*)"|(?<name>[^<>",;:@\\\r\n]*?))\s*<(?<inner>[^<>\s]+)>|(?<bare>[^<>\s]+))$/u;
const ADDRESS =
  /^(?<local>[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})@(?<domain>[\p{L}\p{M}\p{N}.-]{1,253})$/u;

export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/**
 * Returns the mailbox of a text; throws `TypeError` unless it is exactly one.
 *
 * The domain is encoded in ASCII, which every server understands (RFC 5891).
 */
export const parseMailbox = (text: string): Mailbox => {
  const { quoted, name, inner, bare } = MAILBOX.exec(text.trim())?.groups ?? {};
  const { local, domain } = ADDRESS.exec(inner ?? bare ?? "")?.groups ?? {};
  const ascii = domainToASCII(domain ?? "");
  if (local === undefined || ascii === "") {
    throw new TypeError("a mail needs one address");
  }
  return { name: quoted ?? name ?? "", address: `${local}@${ascii}` };
};
