import { exitCodes } from "../exit.ts";
import { catalogue as ours } from "./catalogue.ts";
import { type ProjectCommand, projectCommands } from "./commands.ts";
import { commands, flagOf, type Switch, settings, switches } from "./flags.ts";
import { NONE, type Offering } from "./resolve.ts";
import type { Catalogue, ManyOption, Option, TextOption } from "./types.ts";

type Command = { readonly id: string; readonly words: string; readonly hint: string };
type Row = readonly [term: string, text: string];

/** What `--help` prints. */
export const helpText = (catalogue: Catalogue = ours): string =>
  [
    "Usage: create-secure-api [directory] [--option choice …]",
    ...columns([...projectCommands, ...commands].map(commandRow), "       create-secure-api "),
    "",
    "Creates a secured API service. Options that are given are not asked for.",
    "",
    "Options:",
    ...catalogue.flatMap((option) =>
      option.kind === "text" ? textRows(option) : choiceRows(option),
    ),
    "",
    "Switches:",
    ...columns(
      [
        ...switches.map(switchRow),
        ...settings.map(({ flag, value, hint }): Row => [`${flagOf(flag)} ${value}`, hint]),
      ],
      "  ",
    ),
    "",
    "Exit codes:",
    ...columns(exitCodes, "  "),
    "",
    "Requires Node 20.19, 22.13 or newer. Write ./name for a directory named like a command.",
    "",
  ].join("\n");

/** What `--help` prints behind a command for a project that exists. */
export const commandHelp = (command: ProjectCommand, catalogue: Catalogue = ours): string =>
  [
    `Usage: create-secure-api ${command.id} ${command.words}`,
    "",
    `${command.hint.charAt(0).toUpperCase()}${command.hint.slice(1)}.`,
    "",
    ...(command.takesOptions === true ? ["Options:", ...catalogue.flatMap(choicesRow), ""] : []),
    "Flags:",
    ...columns(
      command.flags.map(({ value, ...flag }): Row => {
        const [term, hint] = switchRow(flag);
        return [value === undefined ? term : `${term} ${value}`, hint];
      }),
      "  ",
    ),
    "",
    "Exit codes:",
    ...columns(command.exitCodes ?? exitCodes, "  "),
    "",
  ].join("\n");

const choicesRow = (option: Option): readonly string[] =>
  option.kind === "text"
    ? option.change.fixed === undefined
      ? [`  ${flagOf(option.id)} TEXT`]
      : []
    : [`  ${flagOf(option.id)} ${option.choices.map(({ id }) => id).join("|")}`];

const commandRow = ({ id, words, hint }: Command): Row => [`${id} ${words}`.trim(), hint];

const textRows = (option: TextOption): readonly string[] => [
  `  ${flagOf(option.id)} TEXT`,
  `      ${option.label}: ${option.hint}`,
  `      (default: ${option.default || "none"})`,
];

const choiceRows = (option: Offering): readonly string[] => [
  `  ${flagOf(option.id)} ${option.kind === "many" ? "CHOICE[,CHOICE…]" : "CHOICE"}`,
  `      ${option.label}: ${option.hint}`,
  ...columns(
    [
      ...(option.kind === "many" ? [[NONE, noneText(option)] as const] : []),
      ...option.choices.map(({ id, label, hint }): Row => {
        const when = defaultWhen(option, id);
        return [id, `${label}: ${hint}${when === undefined ? "" : ` (${when})`}`];
      }),
    ],
    "      ",
  ),
];

const noneText = ({ default: usual }: ManyOption): string =>
  usual.length === 0 ? "none of them (default)" : "none of them";

const switchRow = ({ flag, short, hint }: Omit<Switch, "id">): Row => [
  short === undefined ? flagOf(flag) : `${flagOf(flag)}, -${short}`,
  hint,
];

const columns = (rows: readonly Row[], indent: string): readonly string[] => {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, text]) => `${indent}${term.padEnd(width)}  ${text}`);
};

/** When a choice is its option's default, in words; undefined when it never is. */
export const defaultWhen = (option: Offering, choice: string): string | undefined => {
  if (option.kind === "many") return option.default.includes(choice) ? "default" : undefined;
  if (typeof option.default === "string") {
    return option.default === choice ? "default" : undefined;
  }
  const { by: _, ...defaults } = option.default;
  const cases = Object.keys(defaults).filter((key) => defaults[key] === choice);
  return cases.length === 0 ? undefined : `default for ${cases.join(" and ")}`;
};
