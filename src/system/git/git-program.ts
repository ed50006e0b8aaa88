import type { Command } from "../../project/toolchain.ts";
import { type Ran, run } from "../programs.ts";

// Set by git for its hooks; with them, every command would speak of another repository.
const HOOK_VARIABLES = Object.fromEntries(
  [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
  ].map((name) => [name, undefined]),
);

type GitOptions = {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whether what it prints is wanted as bytes. */
  readonly bytes?: boolean;
};

/** Runs git in a folder. */
export const git = (folder: string, words: Command, options: GitOptions = {}): Promise<Ran> =>
  run(["git", ...words], {
    ...options,
    cwd: folder,
    env: { ...HOOK_VARIABLES, ...options.env },
  });
