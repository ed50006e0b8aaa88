import type { Pins } from "../types.ts";

/** How the packages of a stack's language are named and pinned. */
export type Ecosystem = {
  /** The name of the file that pins lie in, which update bots read. */
  readonly file: string;
  /** @throws Error that says what is wrong in the file */
  readonly parse: (text: string) => Pins;
  /** The name under which a package is pinned, of a dependency as a layer names it. */
  readonly packageName: (dependency: string) => string;
  /** Folders that a run leaves behind in the code, by name. */
  readonly leftOver: readonly string[];
  /** A dependency with its pin, in one word. */
  readonly requirement: (dependency: string, pin: string) => string;
};
