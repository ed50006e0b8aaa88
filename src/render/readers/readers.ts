import { python } from "./python.ts";
import type { Reader } from "./reader.ts";
import { typescript } from "./typescript.ts";

const READERS: Readonly<Record<string, Reader>> = { python, typescript };

/** The reader that a stack names. */
export const readerOf = (name: string): Reader => {
  const reader = READERS[name];
  if (reader === undefined) throw new Error(`there is no reader '${name}'`);
  return reader;
};
