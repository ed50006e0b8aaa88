/** Security headers of every response (OWASP Secure Headers Project). */

import type { Settings } from "../settings/index.ts";

const ALWAYS: readonly (readonly [string, string])[] = [
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
  ["content-security-policy", "default-src 'none'; frame-ancestors 'none'"],
  ["referrer-policy", "no-referrer"],
  ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
  // Caches must know that the response depends on the origin of the request.
  ["vary", "Origin"],
];
const HSTS = ["strict-transport-security", "max-age=31536000; includeSubDomains"] as const;

/**
 * Returns the headers of a response.
 *
 * HSTS is sent in production only: a browser that saw it on localhost would refuse plain HTTP there
 * for a year. It is not sent where a proxy says plain HTTP (RFC 6797, 7.2).
 */
export const securityHeaders = (
  { environment }: Settings,
  { plain }: { plain: boolean },
): readonly (readonly [string, string])[] =>
  environment === "production" && !plain ? [...ALWAYS, HSTS] : ALWAYS;
