/** `OTEL_EXPORTER_OTLP_ENDPOINT`: where the collector of traces is. */

import { plaintext } from "./plaintext.ts";
import { Fault, type Options, type Setting, withOptions } from "./setting.ts";

const PARTS = /^https?:\/\/[^\s/?#@\\]+(\/[^\s?#@\\]*)?$/;

export const otlpEndpoint = (options: Options = {}): Setting<string> =>
  withOptions(
    {
      parse: (text) => {
        if (text !== "" && !isEndpoint(text)) {
          throw new Fault("must look like https://collector.example.com:4318, without credentials");
        }
        return text.replace(/\/+$/, "");
      },
      unsafe: (text, given) => {
        const url = URL.parse(text);
        return url === null ? undefined : plaintext(url, url.protocol === "http:", given);
      },
    },
    options,
  );

const isEndpoint = (text: string): boolean => {
  const url = PARTS.test(text) ? URL.parse(text) : null;
  return url !== null && url.port !== "0";
};
