import { EXIT } from "../exit.ts";
import type { FileOutcome } from "../life/outcome.ts";
import { shellCommand } from "./command.ts";
import { type News, newsJson } from "./news.ts";
import type { Unfinished } from "./outcome.ts";
import type { Command } from "./toolchain.ts";

/** What was done with a project that exists, or would be. */
export type Renewal = {
  /** Nothing was written: it is what a run would come to. */
  readonly dryRun: boolean;
  /** The file of a plan, where that is all that was made. */
  readonly plan: string | undefined;
  /** The absolute directory, and as the user wrote it. */
  readonly target: string;
  readonly directory: string;
  /** What is done, such as `update from 0.1.0 to 0.2.0`. */
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly files: readonly FileOutcome[];
  /** How many files are written or deleted. */
  readonly changes: number;
  readonly warnings: readonly string[];
  readonly news: News;
  /** What was not done although it was wanted. */
  readonly unfinished: readonly Unfinished[];
  /** Whether what pins the packages was made anew. */
  readonly locked: boolean;
  /** What to do then, in the project's folder. */
  readonly next: readonly { readonly text: string; readonly run: readonly Command[] }[];
};

/** In a word, for programs. */
type Result = "nothing" | "clean" | "conflicts" | "unfinished";

const conflictsIn = ({ files }: Renewal): readonly FileOutcome[] =>
  files.filter(({ state }) => state === "conflict");

const resultOf = (renewal: Renewal): Result => {
  if (renewal.changes === 0) return "nothing";
  if (conflictsIn(renewal).length > 0) return "conflicts";
  return renewal.unfinished.length > 0 ? "unfinished" : "clean";
};

const CODES = {
  clean: EXIT.done,
  unfinished: EXIT.unfinished,
  conflicts: EXIT.conflicts,
  nothing: EXIT.nothing,
} as const;

export const renewalCode = (renewal: Renewal): number => CODES[resultOf(renewal)];

/** The one object that a program reads. */
export const renewalJson = (renewal: Renewal): object => ({
  ok: renewal.unfinished.length === 0 && conflictsIn(renewal).length === 0,
  exitCode: renewalCode(renewal),
  result: resultOf(renewal),
  dryRun: renewal.dryRun,
  plan: renewal.plan ?? null,
  directory: renewal.target,
  from: renewal.from,
  to: renewal.to,
  files: renewal.files,
  warnings: renewal.warnings,
  ...newsJson(renewal.news),
  locked: renewal.locked,
  unfinished: renewal.unfinished.map(({ what, why, run }) => ({
    what,
    why,
    run: run.map(shellCommand),
  })),
  next: renewal.next.map(({ text, run }) => ({ text, commands: run.map(shellCommand) })),
});
