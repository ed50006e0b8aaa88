import { written } from "../options/resolve.ts";
import type { ProjectOptions } from "../options/types.ts";
import { shellWord } from "../render/printers/sh.ts";
import type { Command } from "./toolchain.ts";

/** A command line for a POSIX shell, in which every word is what it was. */
export const shellCommand = (words: Command): string => words.map(shellWord).join(" ");

/** A directory as a word of a command: one that begins with a hyphen would be read as a flag. */
export const directoryWord = (directory: string): string =>
  directory.startsWith("-") ? `./${directory}` : directory;

/** What, besides the options, makes a run: how the generator was started and what it did. */
export type Run = {
  /** The words that start the generator, such as `npx create-secure-api@1.0.0`. */
  readonly program: Command;
  /** The directory as the user wrote it. */
  readonly directory: string;
  /** The preset as the user named it. */
  readonly preset?: string | undefined;
  readonly install: boolean;
  readonly git: boolean;
};

/** The words of the command that makes the same project again, without asking anything. */
export const againCommand = (options: ProjectOptions, run: Run): Command => [
  ...run.program,
  directoryWord(run.directory),
  ...(run.directory === options.name ? [] : flag("name", options.name)),
  ...flag("description", options.description),
  ...(options.securityContact === undefined
    ? []
    : flag("security-contact", options.securityContact)),
  ...Object.entries(options.selection).flatMap(([option, answer]) => flag(option, written(answer))),
  ...(run.preset === undefined ? [] : flag("preset", run.preset)),
  ...(run.install ? [] : ["--no-install"]),
  ...(run.git ? [] : ["--no-git"]),
  "--yes",
];

/** A value that begins with a hyphen would be read as a flag: it has to be joined to its own. */
const flag = (name: string, value: string): Command =>
  value.startsWith("-") ? [`--${name}=${value}`] : [`--${name}`, value];
