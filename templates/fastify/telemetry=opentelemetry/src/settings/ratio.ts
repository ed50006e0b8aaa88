/** A share of a whole. */

import { Fault, type Options, type Setting, withOptions } from "./setting.ts";

const NUMBER = /^\d{0,15}(\.\d{0,15})?$/;

export const ratio = (options: Options = {}): Setting<number> =>
  withOptions(
    {
      parse: (text) => {
        const share = /\d/.test(text) && NUMBER.test(text.trim()) ? Number(text) : Number.NaN;
        if (!(share <= 1)) throw new Fault("must be a number from 0 to 1");
        return share;
      },
    },
    options,
  );
