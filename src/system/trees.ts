import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { UserError } from "../errors.ts";
import type { OwnTree } from "../life/check/tree.ts";

const MOST_FILES = 50_000;
const MOST_BYTES = 4_000_000;

/**
 * The files of a project, without links, and without hidden folders but for those that are named.
 * Each is read once, when it is asked for.
 * @param recorded paths of the project that are known
 * @param ignored names of folders that are no part of it
 * @throws UserError when a folder cannot be read, or there are too many files for a project
 */
export function ownTree(
  folder: string,
  shown: string,
  recorded: readonly string[],
  ignored: readonly string[],
): OwnTree {
  const known = new Set(recorded.flatMap(foldersOf));
  const left = new Set(ignored);
  const isLeftOut = (path: string, name: string) =>
    !known.has(path) && (left.has(name) || name.startsWith("."));
  const paths: string[] = [];
  const walk = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = `${below}${entry.name}`;
      if (entry.isFile()) paths.push(path);
      if (entry.isDirectory() && !isLeftOut(path, entry.name)) walk(`${path}/`);
    }
    if (paths.length > MOST_FILES) throw tooMany(shown);
  };
  readable(shown, () => walk(""));
  const contents = new Map<string, Uint8Array | undefined>();
  const there = new Set(paths);
  const read = (path: string): Uint8Array | undefined => {
    if (!there.has(path)) return undefined;
    if (!contents.has(path)) contents.set(path, contentOf(join(folder, path)));
    return contents.get(path);
  };
  return { paths: paths.sort(), read };
}

const readable = (shown: string, read: () => void): void => {
  try {
    read();
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    const what = `It cannot be read (${error.message}).`;
    throw new UserError(what, shown, "Run it as somebody who may read all of the project.", {
      cause: error,
      code: "directory",
    });
  }
};

const tooMany = (shown: string): UserError =>
  new UserError(
    `There are more than ${MOST_FILES} files.`,
    shown,
    "Give the folder of the project alone.",
    { code: "directory" },
  );

const foldersOf = (path: string): readonly string[] =>
  path
    .split("/")
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join("/"));

/** What is too large for a file of a project counts as empty. */
const contentOf = (place: string): Uint8Array =>
  statSync(place).size > MOST_BYTES ? new Uint8Array() : readFileSync(place);

/** Where a folder lies below the root of its repository, with '/' at its end; '' at the root. */
export function placeInRepository(folder: string): string {
  for (let around = folder; ; around = dirname(around)) {
    if (readdirSync(around).includes(".git")) {
      const place = relative(around, folder).split(sep).join("/");
      return place === "" ? "" : `${place}/`;
    }
    if (dirname(around) === around) return "";
  }
}
