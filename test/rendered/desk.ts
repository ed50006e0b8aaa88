import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Project, Variables } from "./project.ts";

/** A project in the hands of its team. */
export type Desk = {
  readonly folder: string;
  /** Runs lines of a shell in it. */
  readonly shell: (text: string) => Promise<string>;
  /** Replaces a text that a file has. */
  readonly edit: (path: string, before: string, after: string) => void;
};

export const deskOf = ({ folder, run }: Project, variables: Variables): Desk => ({
  folder,
  shell: (text) => run("sh", ["-ec", text], { variables }),
  edit: (path, before, after) => {
    const text = readFileSync(join(folder, path), "utf8");
    if (!text.includes(before)) throw new Error(`${path} has no ${before}`);
    writeFileSync(
      join(folder, path),
      text.replace(before, () => after),
    );
  },
});
