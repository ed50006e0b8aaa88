import type { Advisory } from "../advisories/advisory.ts";
import type { RenderedFile } from "../render/types.ts";

/** What of an advisory a fix needs. */
export type Fixing = Pick<Advisory, "id" | "edits" | "adds">;

/** The files that a fix changes. */
export const fixedPaths = (advisories: readonly Fixing[]): readonly string[] => [
  ...new Set(advisories.flatMap(({ edits }) => edits.map(({ file }) => file))),
];

/** The files of a fix, or where it does not fit: in a file that is not known, or has another text. */
export type Fixed =
  | { readonly files: readonly RenderedFile[] }
  | { readonly id: string; readonly path: string; readonly fault: "unknown" | "other" };

/** Applies advisories to files as they were rendered. */
export const fixed = (
  advisories: readonly Fixing[],
  then: readonly RenderedFile[],
  isApplied: (id: string) => boolean,
): Fixed => {
  const files = new Map(then.map((file) => [file.path, file]));
  for (const { id, edits, adds } of advisories) {
    if (isApplied(id)) continue;
    for (const { file: path, text, instead } of edits) {
      const file = files.get(path);
      if (file === undefined) return { id, path, fault: "unknown" };
      const parts = Buffer.from(file.content).toString("utf8").split(text);
      if (parts.length !== 2) return { id, path, fault: "other" };
      files.set(path, { ...file, content: Buffer.from(parts.join(instead)) });
    }
    for (const { file: path, content } of adds) {
      files.set(path, { path, content: Buffer.from(content), executable: false });
    }
  }
  return { files: [...files.values()] };
};
