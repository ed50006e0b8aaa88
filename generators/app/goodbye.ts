import { directoryWord, shellCommand } from "../../src/project/command.ts";
import { allSteps, type Outcome } from "../../src/project/outcome.ts";
import { plain, type Terminal } from "../../src/system/terminal.ts";

/** What was written, in a line: `my-api: 62 files (FastAPI, SQLite, JWT).` */
export const writtenLine = (shown: string, files: number, labels: readonly string[]): string =>
  `${shown}: ${files} files (${labels.join(", ")}).`;

/** What is needed, which steps come next, and the command that makes the same project again. */
export function sayGoodbye(terminal: Terminal, outcome: Outcome): void {
  const { line, bold } = terminal;
  const { commit, needs, documentation } = outcome;
  if (commit !== undefined) line("The first commit is made.");
  for (const warning of outcome.warnings) line(warning);
  line();
  line(bold("You need:"));
  for (const need of needs) line(`  ${need}`);
  line();
  line(bold("Next:"));
  for (const [index, { text, commands }] of allSteps(outcome).entries()) {
    line(`  ${index + 1}. ${text}`);
    for (const command of commands) line(`     ${command}`);
  }
  line();
  line(bold("Read on:"));
  for (const place of documentation) line(`  ${place}`);
  line();
  line(bold("The same project again:"));
  line(`  ${shellCommand(outcome.again)}`);
}

/** What is not finished, why, and what to run. */
export function sayUnfinished(errors: Terminal, { directory, unfinished }: Outcome): void {
  for (const { what, why, run } of unfinished) {
    errors.line();
    errors.line(errors.bold(what));
    for (const text of plain(why).split("\n")) errors.line(`  ${text}`);
    errors.line("Run:");
    const enter = directory === "." ? [] : [["cd", directoryWord(directory)]];
    for (const command of [...enter, ...run]) errors.line(`  ${shellCommand(command)}`);
  }
}
