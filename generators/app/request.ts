import type { Existing } from "../../src/options/flags.ts";
import type { Answers } from "../../src/options/types.ts";
import type { PlanFile } from "../../src/project/parse-plan.ts";
import type { Preset } from "../../src/project/preset.ts";
import type { Command } from "../../src/project/toolchain.ts";
import type { Terminal } from "../../src/system/terminal.ts";

/** The progress of a run, for ending it. */
export type Progress = {
  /** The directory that holds the project, as the user wrote it. */
  readonly directory: string;
  /** What is left to run there. */
  readonly remaining: readonly Command[];
  /** What takes it back, where a project that exists is changed. */
  readonly undo?: Command;
};

/** What the generator is asked to do, and by whom. */
export type Request = {
  /** Where relative directories begin. */
  readonly cwd: string;
  /** The target as the user wrote it; absent: a folder with the project's name. */
  readonly directory?: string;
  /** The answers that were given beforehand: they are not asked for. */
  readonly answers: Answers;
  /** Takes the defaults for everything that was not given. */
  readonly yes: boolean;
  /** Whether to take a step; absent: ask, or take it if no questions are asked. */
  readonly install?: boolean;
  readonly git?: boolean;
  /** What becomes of files that are there already; absent: it is asked, or they are refused. */
  readonly existing?: Existing;
  /** Shows what would be written, and makes nothing. */
  readonly dryRun: boolean;
  /** What an organisation has decided. */
  readonly preset?: Preset;
  /** The file of a plan, as the user wrote it: what it says is done, or else it is made. */
  readonly plan?: { readonly file: string; readonly agreed?: PlanFile };
  /** Whether someone is there to answer. */
  readonly interactive: boolean;
  /** The words that start the generator, and its version. */
  readonly program: Command;
  readonly version: string;
  readonly terminal: Terminal;
  /** Told how far it has come, from the moment at which the project is written. */
  readonly onProgress?: (progress: Progress) => void;
  /** The folder that holds `templates/` and `src/versions/`; absent: this package's own. */
  readonly root?: string;
};

/** The file in which a run ends that makes a plan. A dry run makes none. */
export const planToMake = ({ dryRun, plan }: Request): string | undefined =>
  dryRun || plan?.agreed !== undefined ? undefined : plan?.file;

/** Whether a run ends without a project: it is only shown, or planned. */
export const makesNothing = (request: Request): boolean =>
  request.dryRun || planToMake(request) !== undefined;

/** Whether what becomes of files that are there may stay open: it is only looked at. */
export const isOpen = ({ dryRun, plan }: Request): boolean => dryRun && plan?.agreed === undefined;
