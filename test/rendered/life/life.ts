import type { Selection } from "../../../src/options/types.ts";
import type { Project, Variables } from "../project.ts";
import type { Newer } from "./versions.ts";

/** A project in the hands of its team. */
export type Desk = {
  readonly folder: string;
  /** Runs lines of a shell in it. */
  readonly shell: (text: string) => Promise<string>;
  /** Replaces a text that a file has. */
  readonly edit: (path: string, before: string, after: string) => void;
};

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
  /** Adds the projects of the README. */
  readonly addResource: (desk: Desk) => Promise<void>;
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
