import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A block of code in a README: what its first line says of it, and the rest. */
type Block = { readonly language: string; readonly text: string };

/** The blocks of code below a heading, in order. */
export const blocksOf = (readme: string, heading: string): readonly Block[] => {
  const [, section = ""] = readme.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return [...own.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
    language,
    text,
  }));
};

const PLACE = /^(?:#|\/\/) (?<file>[\w./]+)(?:, below: (?<line>.+))?\n/;

/**
 * Does what a block of code says: it is a file, or goes below a line of one.
 * @throws Error when its first line names neither, or the line is not there once
 */
export const place = (folder: string, { text }: Block): void => {
  const { groups: { file = "", line } = {} } = PLACE.exec(text) ?? {};
  if (file === "") throw new Error(`A block does not name its file:\n${text}`);
  const path = join(folder, file);
  const code = text.replace(PLACE, "");
  if (line === undefined) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code, { flag: "wx" });
    return;
  }
  const lines = readFileSync(path, "utf8").split("\n");
  const found = lines.flatMap((other, at) => (other.trim().startsWith(line) ? [at] : []));
  const [at] = found;
  if (at === undefined || found.length > 1) {
    throw new Error(`${file} has ${found.length} lines that begin with: ${line}`);
  }
  writeFileSync(path, lines.toSpliced(at + 1, 0, code.trimEnd()).join("\n"));
};

/** Does what blocks say, in their order: lines of a shell are run, code is placed. */
export const follow = async (
  folder: string,
  blocks: readonly Block[],
  shell: (text: string) => Promise<unknown>,
): Promise<void> => {
  for (const block of blocks) {
    if (block.language === "sh") await shell(block.text);
    else place(folder, block);
  }
};

/** The blocks by which the README of a project adds a resource. */
export const resourceBlocks = (folder: string): readonly Block[] =>
  blocksOf(readFileSync(join(folder, "README.md"), "utf8"), "Add a resource");
