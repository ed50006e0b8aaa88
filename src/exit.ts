/** How a run ends. */
export const EXIT = {
  done: 0,
  bug: 1,
  /** Of `prove`, as of programs that run tests; a bug is said to be one. */
  survived: 1,
  user: 2,
  unfinished: 3,
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
