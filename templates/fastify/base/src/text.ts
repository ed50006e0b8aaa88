/** Single-line text by users that others see, such as a name. */

import { addFormat } from "./formats.ts";

// Joiners shape the letters of Persian, Hindi and other languages: names need them. Anywhere but
// after a letter or its mark, a joiner is an invisible difference.
const JOINER_AFTER_LETTER = /(?<=[\p{L}\p{M}])[\u200c\u200d]/gu;
// Control characters forge lines and control terminals. Format characters (Unicode category Cf) are
// invisible, and some reverse the direction of the text that follows (CWE-451). Private and
// unassigned characters look different on every system.
const UNFIT = /[\p{C}\p{Zl}\p{Zp}]/u;

addFormat("line", {
  fault: (text) =>
    UNFIT.test(text.replace(JOINER_AFTER_LETTER, ""))
      ? "must not have control characters, invisible ones, or ones that turn its direction"
      : undefined,
});
