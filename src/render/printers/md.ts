import type { Setting } from "../../plan/manifest.ts";
import { type Printed, printed, withMore } from "./printed.ts";

/** One line of inline text, of which Markdown and HTML read nothing as markup. */
const inline = (text: string): string =>
  oneLine(text)
    .replace(/[\\`*[\]<>|~&]|(?<!\w)_|_(?!\w)/g, "\\$&")
    .replace(/^([#+=-])/, "\\$1")
    .replace(/^(\d+)([.)])/, "$1\\$2");

const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim();

/** A code span, fenced by more backticks than it holds in a row. */
const code = (text: string): string => {
  const line = oneLine(text);
  if (line === "") throw new Error("a code span cannot be empty");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = /^`|`$/.test(line) ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
};

/** A code span for a cell of a table, where even code must escape `|`. */
const codeCell = (text: string): string => code(text).replaceAll("|", "\\|");

/** A setting's default and its production rule, for a cell of a table. */
const defaultOf = (setting: Setting): string => {
  const { default: value, production } = setting;
  const shown = value === undefined ? "required" : codeOrNone(String(value ?? ""));
  if (production === undefined || value === undefined) return shown;
  return production === "off" ? `${shown}; off in production` : `${shown}; required in production`;
};

const codeOrNone = (text: string): string => (text === "" ? "none" : codeCell(text));

/** A sentence, with a block of shell commands below it unless there are none. */
const step = (text: string, commands: readonly string[]): string => {
  const block = commands.length === 0 ? [] : ["", "```sh", ...commands, "```"];
  return [inline(text), ...block].join("\n");
};

/** Text for a Markdown file. */
export const md = withMore((text: string): Printed => printed(inline(text)), {
  code: (text: string): Printed => printed(code(text)),
  /** Inline text for a cell of a table. */
  cell: (text: string): Printed => printed(inline(text)),
  codeCell: (text: string): Printed => printed(codeCell(text)),
  step: (text: string, commands: readonly string[]): Printed => printed(step(text, commands)),
  defaultOf: (setting: Setting): Printed => printed(defaultOf(setting)),
});
