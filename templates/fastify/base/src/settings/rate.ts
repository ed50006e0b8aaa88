/** Rates: `5/minute`. */

import { Fault, type Options, type Setting, withOptions } from "./setting.ts";

const MAX_REQUESTS_A_MINUTE = 10_000;
const SECONDS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
};

/** A number of requests in a window. */
export interface Rate {
  readonly requests: number;
  readonly seconds: number;
}

export const rate = (options: Options = {}): Setting<Rate> =>
  withOptions({ parse: parseRate, unsafe: tooFast }, options);

const parseRate = (text: string): Rate => {
  const [, requests, window = ""] =
    /^([1-9]\d{0,6})\/(second|minute|hour|day)$/.exec(text.trim()) ?? [];
  const seconds = SECONDS[window];
  if (seconds === undefined) {
    throw new Fault("must look like 5/minute (second, minute, hour or day)");
  }
  return { requests: Number(requests), seconds };
};

const tooFast = ({ requests, seconds }: Rate): string | undefined =>
  requests * 60 > MAX_REQUESTS_A_MINUTE * seconds
    ? `must be at most ${MAX_REQUESTS_A_MINUTE}/minute: beyond it, nobody is slowed down`
    : undefined;
