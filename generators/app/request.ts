import type { Answers } from "../../src/options/types.ts";
import type { Command } from "../../src/project/toolchain.ts";
import type { Terminal } from "./terminal.ts";

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
  /** False: neither offered nor done. */
  readonly install: boolean;
  readonly git: boolean;
  /** Whether someone is there to answer. */
  readonly interactive: boolean;
  /** The words that start the generator, and its version. */
  readonly program: Command;
  readonly version: string;
  readonly terminal: Terminal;
  /** Told the target as soon as the project is in it. */
  readonly onWritten?: (target: string) => void;
  /** The folder that holds `templates/` and `src/versions/`; absent: this package's own. */
  readonly root?: string;
};
