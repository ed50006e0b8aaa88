import { existsSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { isSecret } from "../../project/record.ts";
import type { Command } from "../../project/toolchain.ts";
import { plain } from "../terminal.ts";
import { git } from "./git-program.ts";
import { IN_ENGLISH, isRefused, refusal } from "./repository.ts";

/**
 * What git finds where a project goes: no git at all, no repository, the project's own repository
 * without a commit, or a repository with commits.
 */
export type GitState = "absent" | "none" | "unborn" | "inside";

/** Whether a first commit can be made there. */
export const canCommit = (state: GitState): boolean => state === "none" || state === "unborn";

export type FirstCommit =
  | { readonly made: true; readonly hash: string }
  | {
      readonly made: false;
      /** Everything that git said, or a sentence. */
      readonly why: string;
      /** What is left to run in the folder. */
      readonly remaining: readonly Command[];
    };

/** What goes into a first commit. */
export type FirstFiles = {
  /** What was written. */
  readonly written: ReadonlySet<string>;
  /** Names in the folder that were there before: they belong to the user. */
  readonly before: ReadonlySet<string>;
};

/** Looks from the target, or from the nearest folder above it that exists. */
export async function gitState(target: string): Promise<GitState> {
  let folder = target;
  while (!existsSync(folder)) folder = dirname(folder);
  const inside = await git(folder, ["rev-parse", "--show-toplevel"], { env: IN_ENGLISH });
  if (inside.fault === "missing") return "absent";
  if (!inside.ok) {
    if (isRefused(inside.said)) throw refusal(inside.said, target);
    return "none";
  }
  const isOwn = folder === target && realpathSync(inside.stdout) === realpathSync(target);
  if (!isOwn) return "inside";
  return (await git(folder, ["rev-parse", "--quiet", "--verify", "HEAD"])).ok ? "inside" : "unborn";
}

/** Those of the paths that git could not give back: it does not have them as they are. */
export async function notInGit(
  folder: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const path of paths) {
    const literal = ["--literal-pathspecs"];
    const known = await git(folder, [...literal, "ls-tree", "HEAD", "--", path]);
    const same = await git(folder, [...literal, "diff", "--quiet", "HEAD", "--", path]);
    if (!known.ok || known.stdout === "" || !same.ok) lost.push(path);
  }
  return lost;
}

/** How a file differs from what would take its place, as git shows it. */
export async function difference(path: string, content: Uint8Array): Promise<string> {
  const words = ["diff", "--no-index", "--no-color", "--no-ext-diff", "--", path, "-"];
  const { fault, stdout } = await git(dirname(path), words, {
    input: Buffer.from(content).toString("utf8"),
  });
  if (fault === "missing") return "git was not found: the difference cannot be shown.";
  // What comes before the first hunk names files by their whole paths.
  return stdout.slice(stdout.search(/^(?:@@|Binary)/m));
}

async function hasIdentity(folder: string): Promise<boolean> {
  for (const who of ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"]) {
    // Without useConfigOnly, git makes an address up from the user's and the machine's names.
    if (!(await git(folder, ["-c", "user.useConfigOnly=true", "var", who])).ok) return false;
  }
  return true;
}

const addAndCommit = (message: string): readonly Command[] => [
  ["git", "add", "--all"],
  ["git", "commit", "--message", message],
];

/** What to run without git. */
export const fromScratch = (message: string): readonly Command[] => [
  ["git", "init"],
  ...addAndCommit(message),
];

/**
 * Makes the repository, unless there is one, and when git knows who commits, the first commit: with
 * what was written and what the installation added, never with what was there before.
 */
export async function makeRepository(
  folder: string,
  message: string,
  { written, before }: FirstFiles,
): Promise<FirstCommit> {
  const failure = (why: string, remaining = addAndCommit(message)): FirstCommit => ({
    made: false,
    why: plain(why.trim()),
    remaining,
  });
  if ((await gitState(folder)) === "none") {
    const configured = await git(folder, ["config", "init.defaultBranch"]);
    const branch = configured.ok ? configured.stdout : "main";
    const initialised = await git(folder, ["init", "--quiet", `--initial-branch=${branch}`]);
    if (!initialised.ok) return failure(initialised.said, fromScratch(message));
  }
  if (!(await hasIdentity(folder))) {
    return failure("git does not know your name and address (user.name, user.email).", [
      ["git", "config", "--global", "user.name", "Your Name"],
      ["git", "config", "--global", "user.email", "you@example.com"],
      ...addAndCommit(message),
    ]);
  }
  const untracked = await git(folder, ["ls-files", "--others", "--exclude-standard", "-z"]);
  const found = untracked.stdout.split("\0").filter((path) => path !== "");
  const isOurs = (path: string) => written.has(path) || !before.has(path.split("/", 1)[0] ?? path);
  const files = found.filter((path) => !isSecret(path) && isOurs(path));
  const added = await git(
    folder,
    ["--literal-pathspecs", "add", "--pathspec-from-file=-", "--pathspec-file-nul"],
    { input: files.join("\0") },
  );
  if (!added.ok) return failure(added.said);
  const committed = await git(folder, ["commit", "--quiet", "--message", message]);
  if (!committed.ok) return failure(committed.said);
  const { stdout: hash } = await git(folder, ["rev-parse", "HEAD"]);
  return { made: true, hash };
}

/** The secrets of a folder that its repository would take: the file, and the folder of the others. */
export async function bareSecrets(folder: string): Promise<readonly string[]> {
  const untracked = await git(folder, ["ls-files", "--others", "--exclude-standard", "-z"]);
  const secrets = untracked.stdout.split("\0").filter(isSecret);
  return untracked.ok ? [...new Set(secrets.map((path) => path.replace(/\/.*/, "/")))] : [];
}

/**
 * The files of a folder that differ from where its branch left another one, committed or not;
 * undefined where git does not know that one.
 */
export async function changedSince(
  folder: string,
  branch: string,
): Promise<ReadonlySet<string> | undefined> {
  const base = await git(folder, ["merge-base", "HEAD", "--end-of-options", branch]);
  if (!base.ok) return undefined;
  const edited = await git(folder, ["diff", "--name-only", "--relative", "-z", base.stdout, "--"]);
  const added = await git(folder, ["ls-files", "--others", "--exclude-standard", "-z"]);
  if (!edited.ok || !added.ok) return undefined;
  const paths = `${edited.stdout}\0${added.stdout}`.split("\0");
  return new Set(paths.filter((path) => path !== ""));
}

/** The commit that is checked out, and whether what is tracked in a folder differs from it. */
export async function commitOf(
  folder: string,
): Promise<{ readonly commit: string | null; readonly dirty: boolean }> {
  const { ok, stdout } = await git(folder, ["rev-parse", "--verify", "HEAD"]);
  if (!ok) return { commit: null, dirty: false };
  const status = await git(folder, ["status", "--porcelain", "--untracked-files=no", "--", "."]);
  return { commit: stdout, dirty: status.stdout !== "" };
}
