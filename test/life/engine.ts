import { parseAnswers } from "../../src/options/schema.ts";
import type { Migrations } from "../../src/plan/manifest.ts";
import type { RenderedFile } from "../../src/render/types.ts";
import { readRecord } from "../../src/system/records.ts";
import type { BaseSource } from "../../src/system/renewal/bases.ts";
import type { Fix } from "../../src/system/renewal/project-merge.ts";
import { type Prepared, prepare } from "../../src/system/renewal/update-project.ts";

/** What a project is made of: text by path; what ends with `*` can be run. */
export type Files = Readonly<Record<string, string>>;

export const options = parseAnswers({ name: "my-api" });

export const renderedFiles = (files: Files): readonly RenderedFile[] =>
  Object.entries(files).map(([path, text]) => ({
    path: path.replace(/\*$/, ""),
    content: Buffer.from(text),
    executable: path.endsWith("*"),
  }));

export type Given = {
  readonly version?: string;
  readonly sources?: readonly BaseSource[];
  readonly migrations?: Migrations;
  readonly fix?: Fix;
  readonly fixes?: readonly string[];
};

/** Prepares the update of a project to other files. */
export const prepared = (
  folder: string,
  files: Files,
  { version = "0.2.0", sources = [], migrations, fix, fixes }: Given = {},
): Promise<Prepared> => {
  const found = readRecord(folder, "my-api", version);
  return prepare({
    folder,
    shown: "my-api",
    found,
    now: { version, options, files: renderedFiles(files), migrations, fix, fixes },
    sources,
    labels: {
      base: `create-secure-api ${found.record.version}`,
      now: `create-secure-api ${version}`,
    },
    title: "update",
  });
};
