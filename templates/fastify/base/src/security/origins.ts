/** Origins, in the form in which browsers send them (RFC 6454, 6.2). */

/**
 * Returns the origin of a URL: no default port, host in lower case and punycode.
 *
 * Undefined for a URL without an origin. App schemes (`capacitor://localhost`) have one.
 */
export const originOf = (url: string): string | undefined => {
  const parsed = URL.parse(url);
  return parsed?.host ? `${parsed.protocol}//${parsed.host}` : undefined;
};
