/** How a run ends. */
export const EXIT = {
  done: 0,
  bug: 1,
  /** Of `prove`, as of programs that run tests; a bug is said to be one. */
  survived: 1,
  user: 2,
  unfinished: 3,
  /** Of a project that exists: files are in conflict, or there is nothing to do. */
  conflicts: 4,
  nothing: 5,
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

/** What each exit code says, for `--help` and the README. */
export const exitCodes: readonly (readonly [codes: string, meaning: string])[] = [
  ["0", "done"],
  ["1", "a bug in create-secure-api"],
  ["2", "nothing was written: an answer, a file or the directory is not valid"],
  ["3", "written, but not installed or not locked, or without the first commit"],
  ["129, 130, 143", "interrupted by SIGHUP, by Ctrl-C or Escape, or by SIGTERM"],
];

/** What the exit codes of an update say. */
export const renewalCodes: readonly (readonly [codes: string, meaning: string])[] = [
  ["0", "done, without conflicts"],
  ["1", "a bug in create-secure-api"],
  ["2", "nothing was written: the project, its record or a flag is not valid"],
  ["3", "written, but the versions of the packages are not locked"],
  ["4", "written, with conflicts that are to be solved"],
  ["5", "nothing to do: the project is already so"],
  ["129, 130, 143", "interrupted by SIGHUP, by Ctrl-C or Escape, or by SIGTERM"],
];
