import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { execa } from "execa";

/** What git can do for a new project: make a repository, or nothing and why. */
export type GitState = "ready" | "absent" | "inside";

export type FirstCommit = { readonly made: boolean; readonly why?: string };

// Set by git for its hooks; with them, every command below would speak of another repository.
const HOOK_VARIABLES = { GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined };

const git = (folder: string, ...words: string[]) =>
  execa("git", words, {
    cwd: folder,
    env: HOOK_VARIABLES,
    reject: false,
    stdin: "ignore",
    all: true,
  });

/** Looks from the target, or from the nearest folder above it that exists. */
export async function gitState(target: string): Promise<GitState> {
  let folder = target;
  while (!existsSync(folder)) folder = dirname(folder);
  const { code, stdout } = await git(folder, "rev-parse", "--is-inside-work-tree");
  if (code === "ENOENT") return "absent";
  return stdout === "true" ? "inside" : "ready";
}

async function hasIdentity(folder: string): Promise<boolean> {
  for (const who of ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"]) {
    // Without useConfigOnly, git makes an address up from the user's and the machine's names.
    const { failed } = await git(folder, "-c", "user.useConfigOnly=true", "var", who);
    if (failed) return false;
  }
  return true;
}

/** Makes a repository and, when git knows who commits, the first commit with everything in it. */
export async function makeRepository(folder: string, message: string): Promise<FirstCommit> {
  const configured = await git(folder, "config", "init.defaultBranch");
  const branch = configured.failed ? "main" : configured.stdout;
  const initialised = await git(folder, "init", "--quiet", `--initial-branch=${branch}`);
  if (initialised.failed) return { made: false, why: lastLine(initialised.all) };
  if (!(await hasIdentity(folder))) {
    return { made: false, why: "git does not know your name and address (user.name, user.email)" };
  }
  for (const words of [
    ["add", "--all"],
    ["commit", "--quiet", "--message", message],
  ]) {
    const { failed, all } = await git(folder, ...words);
    if (failed) return { made: false, why: lastLine(all) };
  }
  return { made: true };
}

const lastLine = (said: string): string => said.trim().split("\n").at(-1) ?? "";
