/** `OTEL_EXPORTER_OTLP_HEADERS`: what lets the service in at the collector. */

import { Secret } from "./secret.ts";
import { Fault, type Options, type Setting, split, withOptions } from "./setting.ts";

const NAME = /^[A-Za-z0-9-]{1,100}$/;
const VALUE = /^[!-~]([ -~]*[!-~])?$/;

export const otlpHeaders = (options: Options = {}): Setting<Secret> =>
  withOptions(
    {
      parse: (text) => {
        for (const [name, value] of Object.entries(headersOf(text))) {
          if (!NAME.test(name) || !VALUE.test(value)) {
            throw new Fault("must look like name=value,name=value, in percent-encoding");
          }
        }
        return new Secret(text);
      },
      isConfidential: true,
    },
    options,
  );

/** Reads `name=value,name=value`, with values in percent-encoding. */
export const headersOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    split(text).map((pair) => {
      const end = pair.includes("=") ? pair.indexOf("=") : pair.length;
      return [pair.slice(0, end).trim().toLowerCase(), decoded(pair.slice(end + 1).trim())];
    }),
  );

const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
};
