/** `OIDC_AUDIENCE`: the accepted audiences of tokens; one match is enough. */

import { Fault, type Options, type Setting, split, withOptions } from "./setting.ts";

export const audiences = (options: Options = {}): Setting<readonly string[]> =>
  withOptions({ parse: parseAudiences }, options);

const parseAudiences = (text: string): readonly string[] => {
  const named = split(text);
  if (named.length === 0) {
    throw new Fault("must be the identifier of this API at the provider");
  }
  return named;
};
