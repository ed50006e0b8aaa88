import { shellCommand } from "../../src/project/command.ts";
import type { Command } from "../../src/project/toolchain.ts";
import type { FirstCommit, GitState } from "./git.ts";
import type { Installation } from "./install.ts";
import type { Terminal } from "./terminal.ts";

/** What was done and what was not, with the reason. */
export type Outcome = {
  readonly directory: string;
  readonly installation: Installation;
  readonly git: FirstCommit | GitState | "declined";
  readonly next: readonly Command[];
  readonly again: Command;
};

/** What was written, in a line: `my-api: 62 files (FastAPI, SQLite, JWT).` */
export const writtenLine = (
  shown: string,
  files: number,
  labels: Readonly<Record<string, string>>,
): string => `${shown}: ${files} files (${Object.values(labels).join(", ")}).`;

/** Which commands to run next, and the one that makes the same project again. */
export function sayGoodbye(terminal: Terminal, outcome: Outcome): void {
  const { line, bold } = terminal;
  const { failure, remaining } = outcome.installation;
  if (failure !== undefined) {
    line();
    line(`${shellCommand(failure.command)} failed:`);
    for (const text of failure.lastWords.split("\n")) line(`  ${terminal.dim(text)}`);
    line("The project is complete; only its dependencies are missing.");
  }
  const note = gitNote(outcome);
  if (note !== undefined) line(note);
  line();
  line(bold("Next:"));
  const enter = outcome.directory === "." ? [] : [["cd", outcome.directory]];
  for (const command of [...enter, ...remaining, ...outcome.next]) {
    line(`  ${shellCommand(command)}`);
  }
  line();
  line(bold("The same project again:"));
  line(`  ${shellCommand(outcome.again)}`);
}

function gitNote({ git }: Outcome): string | undefined {
  if (git === "declined" || git === "ready") return undefined;
  if (git === "absent") return "git was not found: there is no repository and no first commit.";
  if (git === "inside") return "This lies in a git repository already: nothing was committed.";
  if (git.made) return "The first commit is made.";
  return `The first commit is yours to make: ${git.why}.`;
}
