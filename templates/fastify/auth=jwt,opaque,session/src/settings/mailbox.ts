/** `MAIL_FROM`: who the mails are from. */

import { parseMailbox } from "../mail/mailbox.ts";
import { Fault, type Options, type Setting, withOptions } from "./setting.ts";

export const mailbox = (options: Options = {}): Setting<string> =>
  withOptions({ parse: checked }, options);

const checked = (text: string): string => {
  try {
    parseMailbox(text);
  } catch {
    throw new Fault("must be one address, such as Orders <no-reply@example.com>");
  }
  return text.trim();
};
