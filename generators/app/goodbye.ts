import { excerpt } from "../../src/errors.ts";
import { catalogue } from "../../src/options/catalogue.ts";
import { choicesOf } from "../../src/options/resolve.ts";
import type { ProjectOptions } from "../../src/options/types.ts";
import { directoryWord, shellCommand } from "../../src/project/command.ts";
import { allSteps, type Outcome } from "../../src/project/outcome.ts";
import { type Preset, policyName } from "../../src/project/preset.ts";
import type { Command } from "../../src/project/toolchain.ts";
import { plain, type Terminal, wrap } from "../../src/system/terminal.ts";

/** What was written, in a line: `my-api: 62 files (FastAPI, SQLite, JWT).` */
export const writtenLine = (
  shown: string,
  files: number,
  { selection }: ProjectOptions,
): string => {
  const labels = catalogue.flatMap((option) => {
    if (option.kind === "text") return [];
    return choicesOf(option, selection[option.id])
      .filter(({ bare }) => bare !== true)
      .map(({ label }) => label);
  });
  return `${shown}: ${files} files (${labels.join(", ")}).`;
};

const MARKS = { new: "+", same: "=", conflict: "!", kept: "!", replaced: "!" } as const;

/** Whose decisions went in. */
const presetLine = ({ policy }: Preset): string => `Made with ${policyName(policy)}.`;

/** Which files would be written, in a run that makes nothing. */
export function sayOutline(
  terminal: Terminal,
  { directory, files, preset, warnings }: Outcome,
): void {
  const count = (wanted: string) => files.filter(({ state }) => state === wanted).length;
  const counts = `${count("new")} new (+), ${count("same")} same (=), ${count("conflict")} in conflict (!)`;
  terminal.line(`${directory}: ${files.length} files: ${counts}. Nothing was written.`);
  for (const { path, state } of files) terminal.line(`  ${MARKS[state]} ${path}`);
  if (preset !== undefined) terminal.say(presetLine(preset));
  for (const warning of warnings) terminal.say(warning);
}

/** Where the plan is, what it comes to, and how it is applied. */
export function sayPlan(
  terminal: Terminal,
  { directory, files, preset, warnings }: Outcome,
  file: string,
  program: Command,
): void {
  const { line, bold } = terminal;
  const count = (wanted: string) => files.filter(({ state }) => state === wanted).length;
  const others = (["same", "replaced", "kept"] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `, ${count(state)} ${state === "same" ? "there already" : state}`);
  terminal.say(
    `${excerpt(file)}: the plan of ${directory}, ${count("new")} new files${others.join("")}. Nothing else was written.`,
  );
  if (preset !== undefined) terminal.say(presetLine(preset));
  for (const warning of warnings) terminal.say(warning);
  line();
  line(bold("To write it:"));
  line(`  ${shellCommand([...program, "apply", directoryWord(file)])}`);
}

/** What is needed, which steps come next, and the command that makes the same project again. */
export function sayGoodbye(terminal: Terminal, outcome: Outcome): void {
  const { line, bold } = terminal;
  if (outcome.preset !== undefined) terminal.say(presetLine(outcome.preset));
  if (outcome.commit !== undefined) line("The first commit was created.");
  for (const warning of outcome.warnings) terminal.say(warning);
  line();
  const told = parting(outcome);
  if (terminal.isPerson) for (const text of box(told, terminal.columns())) line(text);
  else for (const { text, isHeading } of told) line(isHeading ? bold(text) : text);
  line();
  line(bold("To create the same project again:"));
  line(`  ${shellCommand(outcome.again)}`);
}

type Line = {
  readonly text: string;
  readonly isHeading?: true;
  /** Never broken: it is there to be copied. */
  readonly isCommand?: true;
};

const parting = (outcome: Outcome): readonly Line[] => [
  { text: "You need:", isHeading: true },
  ...outcome.needs.map((need) => ({ text: `  ${need}` })),
  { text: "" },
  { text: "Next:", isHeading: true },
  ...allSteps(outcome).flatMap(({ text, commands }, index): readonly Line[] => [
    { text: `  ${index + 1}. ${text}` },
    ...commands.map((command): Line => ({ text: `     ${command}`, isCommand: true })),
  ]),
  { text: "" },
  { text: "Documentation:", isHeading: true },
  ...outcome.documentation.map((place) => ({ text: `  ${place}` })),
];

/** The most that a line of prose is made to hold. */
const WIDEST = 96;

/** A box around lines; a command that is wider than it goes on beyond its side. */
const box = (lines: readonly Line[], columns: number): readonly string[] => {
  const most = Math.min(columns, WIDEST) - 4;
  const texts = lines.flatMap(({ text, isCommand }) => (isCommand ? [text] : wrap(text, most)));
  const width = Math.max(...texts.map((text) => Math.min([...text].length, most)));
  const side = (text: string) => {
    const length = [...text].length;
    return length > width ? `│ ${text}` : `│ ${text}${" ".repeat(width - length)} │`;
  };
  const rule = "─".repeat(width + 2);
  return [`╭${rule}╮`, ...texts.map(side), `╰${rule}╯`];
};

/** What is not finished, why, and what to run. */
export function sayUnfinished(
  errors: Terminal,
  { directory, unfinished }: Pick<Outcome, "directory" | "unfinished">,
): void {
  for (const { what, why, run } of unfinished) {
    errors.line();
    errors.line(errors.bold(what));
    for (const text of plain(why).split("\n")) errors.line(`  ${text}`);
    errors.line("Run:");
    const enter = directory === "." ? [] : [["cd", directoryWord(directory)]];
    for (const command of [...enter, ...run]) errors.line(`  ${shellCommand(command)}`);
  }
}
