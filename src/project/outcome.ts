import { EXIT } from "../exit.ts";
import { directoryWord, shellCommand } from "./command.ts";
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

/** What was done and what was not. */
export type Outcome = {
  /** The absolute directory, and as the user wrote it. */
  readonly target: string;
  readonly directory: string;
  readonly files: readonly string[];
  /** Labels of the choices. */
  readonly labels: readonly string[];
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
  const text = remaining.length === 0 ? "Go there." : "Install the dependencies.";
  return [{ text, commands: install, stays: false }, ...steps];
};
