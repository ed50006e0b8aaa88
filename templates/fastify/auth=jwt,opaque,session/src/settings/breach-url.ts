/** `PASSWORD_BREACH_URL`: a service that lists breached passwords; empty for none. */

import { Fault, type Options, type Setting, withOptions } from "./setting.ts";

export const breachUrl = (options: Options = {}): Setting<string> =>
  withOptions({ parse: parseUrl, unsafe: plain }, options);

const parseUrl = (text: string): string => {
  const url = URL.parse(text);
  if (text !== "" && !(url !== null && isUsable(url, text))) {
    throw new Fault("must look like https://api.pwnedpasswords.com/range");
  }
  return text.replace(/\/+$/, "");
};

const isUsable = (url: URL, text: string): boolean =>
  (url.protocol === "https:" || url.protocol === "http:") &&
  url.port !== "0" &&
  !/[?#@\s]/.test(text);

const plain = (url: string): string | undefined =>
  url.startsWith("http://") ? "must be https://" : undefined;
