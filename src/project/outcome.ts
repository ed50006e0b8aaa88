import { UserError } from "../errors.ts";
import { EXIT } from "../exit.ts";
import { directoryWord, shellCommand } from "./command.ts";
import type { Preset } from "./preset.ts";
import type { NextStep } from "./steps.ts";
import type { Command } from "./toolchain.ts";

/** Something that was wanted and is not done. */
export type Unfinished = {
  /** What is missing, as a sentence. */
  readonly what: string;
  /** Why, in one line or many: it may be what a program said. */
  readonly why: string;
  /** What is left to run in the project's folder. */
  readonly run: readonly Command[];
};

/** A file of the project and what became of it. */
export type OutcomeFile = {
  readonly path: string;
  readonly state: "new" | "same" | "conflict" | "kept" | "replaced";
  /** Its git blob hash as it was rendered; absent for what holds secrets. */
  readonly hash?: string;
};

/** What was done and what was not. */
export type Outcome = {
  /** True when nothing was made: it is what a run would come to. */
  readonly dryRun: boolean;
  /** A plan and the file that it is for, where that is all that is made. */
  readonly plan: { readonly file: string; readonly text: string } | undefined;
  /** The absolute directory, and as the user wrote it. */
  readonly target: string;
  readonly directory: string;
  readonly files: readonly OutcomeFile[];
  /** Labels of the choices. */
  readonly labels: readonly string[];
  readonly preset: Preset | undefined;
  readonly warnings: readonly string[];
  readonly installed: boolean;
  /** The hash of the first commit. */
  readonly commit: string | undefined;
  readonly unfinished: readonly Unfinished[];
  readonly needs: readonly string[];
  readonly documentation: readonly string[];
  /** What is left to install, which no step of the project does. */
  readonly remaining: readonly Command[];
  readonly steps: readonly NextStep[];
  /** The command that makes the same project again. */
  readonly again: Command;
};

export const exitCodeOf = ({ unfinished }: Outcome): number =>
  unfinished.length === 0 ? EXIT.done : EXIT.unfinished;

/** Everything that is left to do, in order, from the folder in which the generator was started. */
export const allSteps = ({ directory, remaining, steps }: Outcome): readonly NextStep[] => {
  const enter = directory === "." ? [] : [["cd", directoryWord(directory)]];
  const install = [...enter, ...remaining].map(shellCommand);
  if (install.length === 0) return steps;
  const text = remaining.length === 0 ? "Go to the new directory." : "Install the dependencies.";
  return [{ text, commands: install, stays: false }, ...steps];
};

/** The one object that a program reads. */
export const outcomeJson = (outcome: Outcome): object => ({
  ok: outcome.unfinished.length === 0,
  exitCode: exitCodeOf(outcome),
  dryRun: outcome.dryRun,
  plan: outcome.plan?.file ?? null,
  directory: outcome.target,
  files: outcome.files,
  preset:
    outcome.preset === undefined ? null : { from: outcome.preset.from, ...outcome.preset.mark },
  warnings: outcome.warnings,
  installed: outcome.installed,
  commit: outcome.commit ?? null,
  unfinished: outcome.unfinished.map(({ what, why, run }) => ({
    what,
    why,
    run: run.map(shellCommand),
  })),
  needs: outcome.needs,
  next: allSteps(outcome),
  documentation: outcome.documentation,
  again: shellCommand(outcome.again),
});

/** The same for a run that ended otherwise; an error that is no mistake of the user's is a bug. */
export const errorJson = (error: unknown, exitCode: number): object => ({
  ok: false,
  exitCode,
  error:
    error instanceof UserError
      ? { code: error.code, field: error.where, message: error.what, hint: error.fix }
      : {
          code: exitCode === EXIT.bug ? "bug" : "interrupted",
          field: null,
          message: error instanceof Error ? error.message : String(error),
          hint: null,
        },
});
