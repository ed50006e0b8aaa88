/** `SMTP_URL`: the mail server; empty if none is needed. */

import { Secret } from "./secret.ts";
import { Fault, type Given, type Options, type Setting, withOptions } from "./setting.ts";

export const smtpUrl = (options: Options = {}): Setting<Secret> =>
  withOptions({ parse: parseUrl, isConfidential: true }, options);

const parseUrl = (text: string, given: Given): Secret => {
  if (text === "") {
    if (given["mailBackend"] === "smtp") {
      throw new Fault("is required with MAIL_BACKEND=smtp");
    }
  } else if (!isUsable(URL.parse(text))) {
    throw new Fault("must look like smtps://user:password@mail.example.com:465");
  }
  return new Secret(text);
};

const isUsable = (url: URL | null): boolean => {
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === "" || url.port === "0") {
    return false;
  }
  try {
    decodeURIComponent(url.username + url.password);
    return true;
  } catch {
    return false;
  }
};
