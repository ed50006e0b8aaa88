import { excerpt, UserError } from "../../errors.ts";
import { isNewEnough } from "../../project/toolchain.ts";
import { git } from "./git-program.ts";

/** The first release with `merge-tree --write-tree`. */
const OLDEST_GIT = "2.38";

/** The repository that a project lies in. */
export type Repository = {
  /** The folder of the project. */
  readonly folder: string;
  /** The top of the work tree. */
  readonly top: string;
  /** The project's folder below the top: "" or "services/my-api/". */
  readonly prefix: string;
  readonly format: "sha1" | "sha256";
  /** Where git keeps its objects, its index, and where we keep what can be undone. */
  readonly objects: string;
  readonly index: string;
  readonly state: string;
  /** The commit, and its tree of the project's folder. */
  readonly head: string;
  readonly tree: string;
};

export const gitError = (what: string, shown: string, fix: string): UserError =>
  new UserError(what, excerpt(shown), fix, { code: "git" });

/** For what git says to be read by a program. */
export const IN_ENGLISH = { LANGUAGE: "en" };

/** Whether git finds a repository and does not use it, as one that belongs to somebody else. */
export const isRefused = (said: string): boolean =>
  !/not a git repository|must be run in a work tree/i.test(said);

export const refusal = (said: string, shown: string): UserError => {
  const [line = ""] = said.trim().split("\n");
  const fix =
    "Have git use it: for one that belongs to somebody else, see safe.directory in git config.";
  return gitError(`git does not use the repository there (${excerpt(line, 300)}).`, shown, fix);
};

/**
 * Looks at the repository of a project.
 * @param shown the project's folder as the user wrote it
 * @throws UserError that says what is missing: git, a newer one, a repository or a commit
 */
export async function openRepository(folder: string, shown: string): Promise<Repository> {
  const version = await git(folder, ["--version"]);
  if (version.fault === "missing") {
    throw gitError("git was not found.", shown, `Install git ${OLDEST_GIT} or newer.`);
  }
  if (!isNewEnough(version.stdout, OLDEST_GIT)) {
    const what = `This needs git ${OLDEST_GIT} or newer; there is ${excerpt(version.stdout)}.`;
    throw gitError(what, shown, "Install a newer git.");
  }
  const places = ["objects", "index", "create-secure-api"].flatMap((path) => ["--git-path", path]);
  const words = [
    "rev-parse",
    "--path-format=absolute",
    "--show-object-format",
    "--show-toplevel",
    "--show-prefix",
    ...places,
  ];
  const found = await git(folder, words, { env: IN_ENGLISH });
  const [format, top, prefix = "", objects, index, state, more] = found.stdout.split("\n");
  if (found.ok && more !== undefined) {
    throw gitError("Its path has a line end, which git cannot tell.", shown, "Rename the folder.");
  }
  if (
    !found.ok ||
    top === undefined ||
    objects === undefined ||
    index === undefined ||
    state === undefined
  ) {
    if (isRefused(found.said)) throw refusal(found.said, shown);
    throw gitError("The project is in no git repository.", shown, COMMIT_ALL);
  }
  const at = await git(folder, ["rev-parse", "--quiet", "--verify", "HEAD"]);
  const tree = await git(folder, ["rev-parse", "--quiet", "--verify", "HEAD:./"]);
  if (!at.ok || !tree.ok) throw gitError("The project is in no commit.", shown, COMMIT_ALL);
  return {
    folder,
    top,
    prefix,
    format: format === "sha256" ? "sha256" : "sha1",
    objects,
    index,
    state,
    head: at.stdout,
    tree: tree.stdout,
  };
}

const COMMIT_ALL =
  "Commit it as it is (git init, git add --all, git commit), so that every change can be seen and taken back.";

/** The most names that a message lists. */
const MOST = 5;

/** A few names for a message. */
export const someOf = (names: readonly string[]): string => {
  const more = names.length > MOST ? ` and ${names.length - MOST} more` : "";
  return `${names
    .slice(0, MOST)
    .map((name) => excerpt(name))
    .join(", ")}${more}`;
};

/**
 * Refuses a project with changes that are in no commit: they could not be told from ours.
 * @throws UserError that names them
 */
export async function checkClean({ folder, prefix }: Repository, shown: string): Promise<void> {
  const words = ["status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames"];
  const status = await git(folder, ["--no-optional-locks", ...words, "--", "."]);
  if (!status.ok) throw gitError(`git status failed: ${excerpt(status.said)}`, shown, "Mend that.");
  const changed = status.stdout
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => line.slice(3 + prefix.length));
  if (changed.length === 0) return;
  const what = `There are changes that are not committed: ${someOf(changed)}.`;
  throw gitError(what, shown, "Commit them first, or put them aside with git stash.");
}
