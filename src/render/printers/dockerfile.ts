import { type Printed, printed } from "./printed.ts";

/** Text between double quotes, of which a Dockerfile expands nothing. */
const label = (text: string): string => {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) throw new Error("a label is one line");
  return `"${text.replace(/["\\$]/g, "\\$&")}"`;
};

/** Text for a Dockerfile. */
export const dockerfile = {
  /** The value of a label or variable. */
  value: (text: string): Printed => printed(label(text)),
} as const;
