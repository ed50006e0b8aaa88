import type { Selection } from "../../src/options/types.ts";

/** What came of a selection. What is not there yet was not reached. */
export type Outcome = {
  readonly selection: Selection;
  result: "failed" | "passed" | "left out";
  /** Why it was left out. */
  reason?: string;
  /** Files of the project. */
  files?: number;
  /** Tests of its own that passed. */
  tests?: number;
  /** Those of them that passed only when they were run again. */
  again?: readonly string[];
  /** Branch coverage by them, in percent. */
  coverage?: number;
  /** How long it took as a whole, and each step. */
  seconds?: number;
  readonly steps: Record<string, number>;
  /** Of what it ran on: interpreter, packages and servers, by name. */
  versions: Readonly<Record<string, string>>;
};

declare module "vitest" {
  interface TaskMeta {
    /** Taken to the reporter. */
    outcome?: Outcome;
  }
}

/** An outcome to be filled in. */
export const begin = (selection: Selection): Outcome => ({
  selection,
  result: "failed",
  steps: {},
  versions: {},
});
