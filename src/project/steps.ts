import type { Step } from "../plan/manifest.ts";
import { publicFiller } from "../render/placeholders.ts";
import { shellCommand } from "./command.ts";
import { snakeCase } from "./names.ts";
import type { Command } from "./toolchain.ts";

/** A step as it is printed: what to do, and the lines that do it. */
export type NextStep = {
  readonly text: string;
  /** Lines of a POSIX shell, for the project's folder. */
  readonly commands: readonly string[];
  /** True when the last command goes on until it is told to stop. */
  readonly stays: boolean;
};

const PROGRAM = "{program}";

/**
 * What is left to do in an installed project.
 * @param program the words that begin a command of the project
 */
export const nextSteps = (
  steps: readonly Step[],
  name: string,
  program: Command,
): readonly NextStep[] => {
  const fill = publicFiller({ name, database: snakeCase(name) });
  const words = (command: Command) =>
    command.flatMap((word) => (word === PROGRAM ? program : [fill(word)]));
  return steps.map(({ text, run = [], shell = [], stays = false }) => ({
    text: fill(text),
    commands: [
      ...run.map((command) => shellCommand(words(command))),
      ...shell.map((line) => fill(line).replaceAll(PROGRAM, shellCommand(program))),
    ],
    stays,
  }));
};
