import { catalogue } from "../../src/options/catalogue.ts";
import { stackIds } from "../../src/options/resolve.ts";
import type { Selection } from "../../src/options/types.ts";
import type { Desk } from "./desk.ts";
import { fastapi } from "./fastapi.ts";
import { fastify } from "./fastify.ts";
import type { Project, Variables } from "./project.ts";

export type TestRun = {
  readonly passed: number;
  readonly coverage?: number;
  /** What passed only when it was run again, on its own. */
  readonly again: readonly string[];
};

/** How the projects of a stack are installed, judged, started and asked. */
export type Harness = {
  /** What installing needs and this machine does not have, for people; undefined when nothing. */
  readonly missing: () => Promise<string | undefined>;
  /** Installs a project with the packages of development. */
  readonly install: (project: Project) => Promise<void>;
  /** Installs it, and gives the environment that its programs are found in. */
  readonly borrow: (project: Project) => Promise<Variables>;
  /** Versions of the interpreter and of the packages that the service runs on, by name. */
  readonly installed: (project: Project) => Promise<Readonly<Record<string, string>>>;
  /** The checks that read the code; each throws what it found. */
  readonly codeChecks: Readonly<Record<string, (project: Project) => Promise<unknown>>>;
  /** Runs the project's own tests. */
  readonly runTests: (
    project: Project,
    variables: Variables,
    measured: boolean,
  ) => Promise<TestRun>;
  /** The service's own command line, as its arguments behind the program. */
  readonly app: (
    project: Project,
    ...args: readonly string[]
  ) => readonly [program: string, args: readonly string[]];
  /** Brings the schema up, and where its tool can do it, down and up again. */
  readonly migrate: (project: Project, variables: Variables) => Promise<void>;
  /** Adds the projects of the README: its blocks, what its sentences say beside them, tidied up. */
  readonly addResource: (desk: Desk) => Promise<void>;
  /** Takes the example out of a file where more or less than lines that name it has to go. */
  readonly withoutExample: (text: string) => string;
  /** Is part of what the service prints when something fails that should not. */
  readonly crash: RegExp;
  /** Runs a statement with the project's own driver, and gives its first value. */
  readonly onPostgresql: Query;
  readonly onMysql: Query;
  readonly onSqlite: Query;
  readonly redis: {
    readonly version: (project: Project, url: string) => Promise<string>;
    /** Deletes the keys that begin like this. */
    readonly drop: (project: Project, url: string, prefix: string) => Promise<unknown>;
  };
};

type Query = (project: Project, url: string, statement: string) => Promise<string>;

const harnesses: Readonly<Record<string, Harness>> = { fastapi, fastify };

/** What a test that names no stack is about. */
const [FIRST = ""] = stackIds(catalogue);

export const harnessOf = ({ stack = FIRST }: Selection): Harness => {
  const harness = harnesses[String(stack)];
  if (harness === undefined) throw new Error(`no harness for stack=${stack}`);
  return harness;
};
