import { type Printed, printed } from "./printed.ts";

/** One word of a POSIX shell command, quoted when it needs to be. */
export const shellWord = (word: string): string => {
  if (word.includes("\0")) throw new Error("a shell word cannot hold U+0000");
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
};

export const sh = (word: string): Printed => printed(shellWord(word));
