/** What a check tells apart, each with the bit of the exit code that says so. */
export const verdicts = [
  { id: "outdated", bit: 4, counts: true, title: "Outdated" },
  { id: "edited", bit: 8, counts: false, title: "Edited" },
  { id: "missing", bit: 16, counts: true, title: "Missing" },
  { id: "weakened", bit: 32, counts: true, title: "Weakened" },
  { id: "advisories", bit: 64, counts: true, title: "Advisories" },
] as const;

export type Verdict = (typeof verdicts)[number]["id"];

/** Something that a check has found. */
export type Finding = {
  readonly verdict: Verdict;
  /** What kind of finding it is: one of the rules of its verdict. */
  readonly rule: string;
  /** What it is about: a control, a setting, a route, a file, an advisory. */
  readonly of: string;
  readonly path: string;
  /** From 1; absent: the file as a whole. */
  readonly line?: number | undefined;
  readonly what: string;
  /** More of it than a person needs at a glance. */
  readonly detail?: string;
  readonly fix: string;
};

/** By what a finding is known from run to run, and waived. */
export const idOf = ({ verdict, of }: Finding): string => `${verdict}:${of}`;
