import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { modeOf } from "../../life/tree.ts";
import { RECORD_PATH } from "../../project/record.ts";
import { git } from "../git/git-program.ts";
import type { ObjectStore } from "../git/objects.ts";
import { gitError, type Repository, someOf } from "../git/repository.ts";
import type { Change } from "./project-merge.ts";

/** A file as it will lie in the work tree; deleted where there is no content. */
export type Staged = {
  /** Below the project's folder. */
  readonly path: string;
  readonly content: Buffer | undefined;
  readonly executable: boolean;
  /** Whether the mode of a file that is there has to change with it. */
  readonly isModeNew: boolean;
};

/** Turns what is merged into the bytes of the work tree, by git's own filters and line ends. */
export async function stage(
  store: ObjectStore,
  changes: readonly Change[],
): Promise<readonly Staged[]> {
  const { prefix } = store.repository;
  const written = changes.flatMap(({ path, after }) =>
    after === undefined ? [] : [{ path, ...after }],
  );
  const place = join(store.folder, "files");
  if (written.length > 0) {
    const env = { GIT_INDEX_FILE: join(store.folder, "index") };
    const lines = written.map(({ path, mode, id }) => `${mode} ${id} 0\t${prefix}${path}\0`);
    await store.must(["update-index", "-z", "--index-info"], { env, input: lines.join("") });
    await store.must(["checkout-index", "--quiet", "--all", `--prefix=${place}/`], { env });
  }
  return changes.map(({ path, before, after }) => ({
    path,
    content: after === undefined ? undefined : readFileSync(join(place, prefix, path)),
    executable: after?.mode === modeOf(true),
    isModeNew: before !== undefined && before.mode !== after?.mode,
  }));
}

/**
 * Refuses what would take the place of something that git does not have.
 * @returns what is left to write: not what is there already as it would be written
 * @throws UserError that names what is in the way
 */
export async function checkPlaces(
  { folder }: Repository,
  staged: readonly Staged[],
  changes: readonly Change[],
  shown: string,
): Promise<readonly Staged[]> {
  const tracked = new Set(changes.flatMap(({ path, before }) => (before ? [path] : [])));
  await checkWatched(folder, tracked, shown);
  const strange = staged.filter(
    ({ path }) => path.includes("\uFFFD") || !isReachable(folder, path),
  );
  if (strange.length > 0) {
    const what = `These cannot be written as they are: ${someOf(strange.map(({ path }) => path))}.`;
    throw gitError(
      what,
      shown,
      "A link, or a name that is not UTF-8, is in the way. Move it away.",
    );
  }
  const inTheWay = staged.filter(({ path, content }) => {
    const entry = lstatSync(join(folder, path), { throwIfNoEntry: false });
    if (tracked.has(path) || path === RECORD_PATH) return entry !== undefined && !entry.isFile();
    return entry !== undefined && !isSame(join(folder, path), content);
  });
  if (inTheWay.length > 0) {
    const what = `Files that git does not know are in the way: ${someOf(inTheWay.map(({ path }) => path))}.`;
    throw gitError(what, shown, "Commit them, or move them away.");
  }
  return staged.filter(
    ({ path, content }) => tracked.has(path) || !isSame(join(folder, path), content),
  );
}

/** Every folder on the way is a folder: through a link, something else would be written. */
export const isReachable = (folder: string, path: string): boolean =>
  path.split("/").every((_, index, parts) => {
    if (index === 0) return true;
    const entry = lstatSync(join(folder, ...parts.slice(0, index)), { throwIfNoEntry: false });
    return entry === undefined || entry.isDirectory();
  });

const isSame = (place: string, content: Buffer | undefined): boolean =>
  content !== undefined &&
  lstatSync(place, { throwIfNoEntry: false })?.isFile() === true &&
  readFileSync(place).equals(content);

/** Git was told not to look at these, so it cannot say whether they were changed. */
async function checkWatched(
  folder: string,
  tracked: ReadonlySet<string>,
  shown: string,
): Promise<void> {
  const { stdout } = await git(folder, ["ls-files", "-v", "-z"]);
  const hidden = stdout
    .split("\0")
    .filter((line) => /^[a-zS] /.test(line) && tracked.has(line.slice(2)))
    .map((line) => line.slice(2));
  if (hidden.length === 0) return;
  const what = `git was told not to look at these: ${someOf(hidden)}.`;
  const fix =
    "Take that back: git update-index --no-assume-unchanged --no-skip-worktree, or git sparse-checkout.";
  throw gitError(what, shown, fix);
}
