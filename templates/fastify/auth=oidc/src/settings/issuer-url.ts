/** `OIDC_ISSUER`: the identity provider, exactly as it names itself in its tokens. */

import { isLoopback } from "./network.ts";
import { Fault, type Options, type Setting, withOptions } from "./setting.ts";

const MAX_URL_LENGTH = 255;
const EXAMPLE = "https://auth.example.com/realms/main";
// No credentials before the host, and no fragment.
const FORM = /^https?:\/\/[^\s/?#@\\]+([/?][^\s#\\]*)?$/;

export const issuerUrl = (options: Options = {}): Setting<string> =>
  withOptions({ parse: parseIssuer, unsafe: plainHttp }, options);

/** Returns whether a text is a URL of the provider; throws for plain HTTP to another machine. */
export const isProviderUrl = (text: string): boolean => {
  const url = FORM.test(text) && text.length <= MAX_URL_LENGTH ? URL.parse(text) : null;
  if (url === null || url.port === "0") {
    return false;
  }
  if (url.protocol !== "https:" && !isLoopback(url.hostname)) {
    throw new Fault("must be https://");
  }
  return true;
};

/** Returns the fault of a provider URL in production. */
export const plainHttp = (text: string): string | undefined =>
  text.startsWith("http://") ? "must be https://" : undefined;

const parseIssuer = (text: string): string => {
  if (!isProviderUrl(text) || text.includes("?")) {
    throw new Fault(`must look like ${EXAMPLE}, without query or credentials`);
  }
  return text;
};
