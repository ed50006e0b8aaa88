import { excerpt } from "../errors.ts";
import type { FileOutcome } from "../life/outcome.ts";
import { directoryWord, shellCommand } from "../project/command.ts";
import { newsLines } from "../project/news.ts";
import type { Renewal } from "../project/renewal.ts";
import type { Terminal } from "../system/terminal.ts";

const WORDS = {
  conflict: "conflict",
  merged: "merged with yours",
  updated: "updated",
  added: "added",
  removed: "removed",
  moved: "moved",
  "deleted-by-you": "deleted by you",
  "left-alone": "left alone",
} as const;

type Told = keyof typeof WORDS;

const REASONS = {
  removed: "we remove it, you have edited it: yours stays",
  deleted: "you have deleted it, we have changed it",
  "no-base": "what was rendered then is not known",
  "no-file": "yours is no file",
  "in-the-way": "something of yours is there",
} as const;

/** What becomes of each file that is touched. */
export function sayRenewal(terminal: Terminal, renewal: Renewal): void {
  const { line, bold } = terminal;
  const { directory, title, files, changes, warnings, dryRun } = renewal;
  line(bold(`${excerpt(directory)}: ${title}`));
  const told = files.filter(({ state }) => state !== "untouched");
  const width = Math.max(0, ...told.map(({ state }) => WORDS[state as Told].length));
  for (const state of Object.keys(WORDS)) {
    for (const file of told.filter((one) => one.state === state)) {
      line(`  ${WORDS[state as Told].padEnd(width)}  ${described(file)}`);
    }
  }
  const untouched = files.length - told.length;
  if (changes === 0) {
    terminal.say("Nothing to do: the project is already so.");
    return;
  }
  terminal.say(`${untouched} other ${untouched === 1 ? "file" : "files"} of ours untouched.`);
  for (const warning of warnings) terminal.say(warning);
  for (const text of newsLines(renewal.news)) terminal.say(text);
  if (dryRun) terminal.say("Nothing was written.");
}

const described = ({ path, from, why }: FileOutcome): string => {
  const moved = from === undefined ? "" : ` (from ${excerpt(from)})`;
  return `${excerpt(path)}${moved}${why === undefined ? "" : `: ${REASONS[why]}`}`;
};

/** What is left to do, once it is written. */
export function sayRenewed(terminal: Terminal, { directory, next }: Renewal): void {
  const { line, bold } = terminal;
  line();
  line(bold("Next:"));
  const enter = directory === "." ? [] : [`cd ${directoryWord(directory)}`];
  next.forEach(({ text, run }, index) => {
    line(`  ${index + 1}. ${text}`);
    const commands = run.map(shellCommand);
    for (const command of index === 0 ? [...enter, ...commands] : commands) {
      line(`     ${command}`);
    }
  });
}
