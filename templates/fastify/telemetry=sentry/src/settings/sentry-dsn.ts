/** `SENTRY_DSN`: where crashes are reported to, and what production refuses of it. */

import { Secret } from "./secret.ts";
import { Fault, type Options, type Setting, withOptions } from "./setting.ts";

const DSN = /^https?:\/\/[A-Za-z0-9]+(:[A-Za-z0-9]*)?@[^\s/?#@\\]+(\/[^\s?#@\\]*)?\/[0-9]+$/;

export const sentryDsn = (options: Options = {}): Setting<Secret> =>
  withOptions(
    {
      parse: (text) => {
        if (text !== "" && !isDsn(text)) {
          throw new Fault("must be a DSN such as https://key@sentry.example.com/1");
        }
        return new Secret(text);
      },
      unsafe: (dsn) => (dsn.reveal().startsWith("http:") ? "must begin with https://" : undefined),
      isConfidential: true,
    },
    options,
  );

const isDsn = (text: string): boolean => {
  const url = DSN.test(text) ? URL.parse(text) : null;
  return url !== null && url.port !== "0";
};
