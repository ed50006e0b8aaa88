import type { Setting } from "../../plan/manifest.ts";
import type { Access } from "../../plan/toolchain.ts";

/** What is wrong, where. */
export type Fault = {
  /** The line, from 1. */
  readonly at: number;
  readonly what: string;
};

/** What a runner of tests is told by a file of the project. */
export type Options = {
  readonly file: string;
  readonly values: ReadonlyMap<string, readonly string[]>;
};

/** Reads the tests of a project. */
export type ProofReader = {
  /** The files that have a test of this name. */
  readonly find: (name: string) => readonly string[];
  /**
   * Why a test is not run, or cannot fail; undefined when it can.
   * @param names the test's, with those of the classes around it first
   * @param judges how many statements can fail it as it was rendered
   */
  readonly fault: (path: string, names: readonly string[], judges: number) => Fault | undefined;
  /** How many statements of a test can fail it. */
  readonly judges: (path: string, names: readonly string[]) => number;
};

/** The methods that frameworks name functions after. */
export const METHODS: ReadonlySet<string> = new Set(
  "get post put patch delete head options trace".split(" "),
);

/** A route as it is declared. */
export type DeclaredRoute = {
  readonly method: string;
  /** With the prefixes of its routers, as far as these are known. */
  readonly route: string;
  readonly path: string;
  readonly at: number;
  /** Whether it asks for a permission, or is for every caller that it knows. */
  readonly grants: boolean;
  /** Whether it asks who is calling. */
  readonly authenticates: boolean;
  /** Whether a list of the tests says that it is public. */
  readonly published: boolean;
};

/** Knows how the code of a stack is written. */
export type Reader = {
  /** The end of the names of its files. */
  readonly extension: string;
  /** Other files that say which tests are run, by path. */
  readonly configures: RegExp;
  /** What a formatter does not change, in order. */
  readonly words: (text: string) => readonly string[];
  /** Whether a file may decide which tests are run, besides its own. */
  readonly decides: (path: string, text: string) => boolean;
  readonly proofs: (files: ReadonlyMap<string, string>) => ProofReader;
  /** In what a declared setting is looser than its rule, one fault each. */
  readonly loosened: (text: string, settings: readonly Setting[]) => readonly LooseSetting[];
  readonly routes: (files: ReadonlyMap<string, string>, access: Access) => readonly DeclaredRoute[];
  /** What takes the place of what routes ask of their callers, in code that is served. */
  readonly overrides: (text: string) => readonly Fault[];
};

export type LooseSetting = Fault & { readonly setting: string };
