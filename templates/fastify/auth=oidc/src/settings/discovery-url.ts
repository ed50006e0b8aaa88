/** `OIDC_DISCOVERY_URL`: where the discovery document is, if not below the issuer's own URL. */

import { isProviderUrl, plainHttp } from "./issuer-url.ts";
import { Fault, type Options, type Setting, withOptions } from "./setting.ts";

const EXAMPLE = "https://auth.internal/realms/main/.well-known/openid-configuration";

export const discoveryUrl = (options: Options = {}): Setting<string> =>
  withOptions({ parse: parseDiscovery, unsafe: plainHttp }, options);

const parseDiscovery = (text: string): string => {
  // Some providers identify the application in the query.
  if (text !== "" && !isProviderUrl(text)) {
    throw new Fault(`must look like ${EXAMPLE}, without credentials`);
  }
  return text;
};
