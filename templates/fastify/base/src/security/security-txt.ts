/** `/.well-known/security.txt`: where to report vulnerabilities (RFC 9116). */

import type { FastifyInstance } from "fastify";
import { now } from "../clock.ts";
import type { Settings } from "../settings/index.ts";

const PATH = "/.well-known/security.txt";
// The contact is as current as the last start: a service that was not deployed for longer must not
// vouch for it (RFC 9116, 2.5.5).
const VALID_MILLISECONDS = 180 * 86_400_000;

/** Adds the file, if there is a contact. */
export const includeSecurityTxt = (app: FastifyInstance, settings: Settings): void => {
  if (settings.securityContact.length === 0) return;
  const text = fieldsOf(settings)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  app.get(PATH, { schema: {} }, async (_request, reply) =>
    reply.type("text/plain; charset=utf-8").send(text),
  );
};

const fieldsOf = (settings: Settings): (readonly [string, string])[] => {
  const expires = new Date(now().getTime() + VALID_MILLISECONDS).toISOString();
  return [
    ...settings.securityContact.map((contact) => ["Contact", contact] as const),
    ["Expires", expires.replace(/\.\d+Z$/, "Z")],
    ...settings.securityTxtUrls.map((url) => ["Canonical", url] as const),
    ...(settings.securityLanguages.length > 0
      ? [["Preferred-Languages", settings.securityLanguages.join(", ")] as const]
      : []),
  ];
};
