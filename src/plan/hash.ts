import { createHash } from "node:crypto";
import type { TemplateEntry } from "./layers.ts";

/** SHA-256 over the paths, bits and bytes of files, which come in the order of their paths. */
export const entriesHash = (entries: readonly TemplateEntry[]): string => {
  const hash = createHash("sha256");
  for (const { path, content, executable } of entries) {
    // The length keeps the end of one file and the beginning of the next apart.
    hash.update(`${path}\0${executable ? "755" : "644"} ${content.byteLength}\0`).update(content);
  }
  return hash.digest("hex");
};
