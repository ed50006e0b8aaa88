import { copyFileSync, lstatSync, mkdirSync, readdirSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { git } from "../git/git-program.ts";

const REPOSITORY = ".git";

/**
 * The files of a service: what git knows or would take, or all where there is no repository.
 * @param ignored names of files and folders that are none
 */
export async function filesOf(
  folder: string,
  ignored: readonly string[],
): Promise<readonly string[]> {
  const words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = await git(folder, words);
  const paths = listed.ok ? [...new Set(listed.stdout.split("\0"))] : walk(folder, ignored);
  const isIgnored = (path: string) => path.split("/").some((name) => ignored.includes(name));
  return paths.filter((path) => path !== "" && !isIgnored(path) && isFile(join(folder, path)));
}

const isFile = (place: string): boolean =>
  statSync(place, { throwIfNoEntry: false })?.isFile() === true;

function walk(folder: string, ignored: readonly string[], below = ""): readonly string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .filter(({ name }) => name !== REPOSITORY && !ignored.includes(name))
    .flatMap((entry) => {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? walk(folder, ignored, path) : [path];
    });
}

/** Copies files from one folder to another, with their modes and times. */
export function copyFiles(from: string, paths: readonly string[], to: string): void {
  for (const path of paths) {
    const [source, target] = [join(from, path), join(to, path)];
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(source, target);
    const { atime, mtime } = lstatSync(source);
    utimesSync(target, atime, mtime);
  }
}
