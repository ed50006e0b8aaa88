/** Contacts for vulnerabilities: each is one word, so that none can start another field of the file. */

import { Fault, type Options, type Setting, split, withOptions } from "./setting.ts";

const ADDRESS = /^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$/;
const CONTACT =
  /^(?:https:\/\/|mailto:[A-Za-z0-9._+%-]+@|tel:\+)[A-Za-z0-9._~:/?#[\]@!$&'()*+;=%-]+$/;
const HTTPS_URL = /^https:\/\/[A-Za-z0-9._~:/?#[\]@!$&'()*+;=%-]+$/;
const LANGUAGE = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/;

type Words = Setting<readonly string[]>;

export const contacts = (options: Options = {}): Words =>
  words(CONTACT, "must hold e-mail addresses, or https:, mailto: or tel: URIs", options, (text) =>
    ADDRESS.test(text) ? `mailto:${text}` : text,
  );

export const httpsUrls = (options: Options = {}): Words =>
  words(HTTPS_URL, "must hold https:// URLs", options);

export const languages = (options: Options = {}): Words =>
  words(LANGUAGE, "must hold language tags, such as en or pt-BR", options);

const words = (
  pattern: RegExp,
  fault: string,
  options: Options,
  complete: (text: string) => string = (text) => text,
): Words =>
  withOptions(
    {
      parse: (text) => {
        const found = split(text).map(complete);
        if (!found.every((each) => pattern.test(each))) throw new Fault(fault);
        return found;
      },
    },
    options,
  );
