import type { Selection } from "../../../src/options/types.ts";
import type { Desk } from "../desk.ts";
import type { Project, Variables } from "../project.ts";
import type { Newer } from "./versions.ts";

/** What a team does with projects of a stack, and what becomes of them meanwhile. */
export type Life = {
  readonly selections: readonly {
    readonly selection: Selection;
    /** What is chosen otherwise after the update. */
    readonly change: Selection;
  }[];
  readonly newer: Newer;
  /** What its programs find in their environment besides. */
  readonly variables: Variables;
  /** The module that the team calls otherwise. */
  readonly renamed: readonly [from: string, to: string];
  /** Calls the module otherwise, where it is used too. */
  readonly rename: (desk: Desk) => Promise<void>;
  /** Edits code, its tests and what configures its tools. */
  readonly makeItTheirs: (desk: Desk) => void;
  /** Formats all files by a rule of the team's own. */
  readonly format: (desk: Desk) => Promise<void>;
  /** Lines of ours that change where a migration is placed. */
  readonly placed: RegExp;
  /** Runs tests of the project. */
  readonly runTests: (project: Project, variables: Variables) => Promise<unknown>;
};
