import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeTree } from "../../scripts/tree.ts";
import type { Selection } from "../../src/options/types.ts";
import type { Overlay } from "../../src/plan/overlay.ts";
import type { ProjectPlan } from "../../src/plan/types.ts";

/** Environment variables. */
export type Variables = Readonly<Record<string, string>>;

/** A rendered project in a folder of its own. */
export type Project = {
  readonly folder: string;
  readonly planned: ProjectPlan;
  readonly selection: Selection;
  /** How many files it has. */
  readonly files: number;
  /** The environment of a program in it: nothing of ours that its settings would read. */
  readonly environment: (variables?: Variables) => Variables;
  /**
   * Runs a program in it.
   * @returns what it printed
   * @throws Error with what it printed, when it fails or takes longer than `minutes`
   */
  readonly run: (program: string, args: readonly string[], more?: Run) => Promise<string>;
  readonly remove: () => void;
  /** What happens first when it is removed. */
  readonly beforeRemoval: (() => unknown)[];
};

/** Of hundreds of tests, so many may lose a race for time on a busy machine; more is a defect. */
export const LOST_RACES = 2;

/** A suite that takes longer hangs, on any machine: with coverage, a slow one takes half of it. */
export const SUITE_MINUTES = 30;

type Run = { readonly variables?: Variables; readonly minutes?: number };

/** Renders a project into a temporary folder. */
export const makeProject = (selection: Selection, overlay?: Overlay): Project => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "rendered-")));
  const { planned, project } = writeTree(selection, folder, overlay);
  const environment = (variables: Variables = {}) => ({
    ...inherited(planned.settings.map(({ name }) => name)),
    ...variables,
  });
  const beforeRemoval: (() => unknown)[] = [];
  return {
    folder,
    planned,
    selection: planned.options.selection,
    files: project.files.length,
    environment,
    run: async (program, args, { variables, minutes = 5 } = {}) => {
      const { exitCode, late, said } = await runToEnd(program, args, minutes, {
        cwd: folder,
        env: environment(variables),
      });
      if (exitCode === 0) return said;
      const command = [program.replace(`${folder}/`, ""), ...args].join(" ");
      const why = late ? `took longer than ${minutes} minutes` : `exit ${exitCode}`;
      throw new Error(`$ ${command}\n${said}\n(${why})`);
    },
    beforeRemoval,
    remove: () => {
      for (const work of beforeRemoval) work();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/**
 * Runs a program until it ends or its time is over. What it prints goes to a file: of a pipe, the end
 * is not seen before whatever the program has left behind ends too.
 */
const runToEnd = async (
  program: string,
  args: readonly string[],
  minutes: number,
  { cwd, env }: { readonly cwd: string; readonly env: Variables },
) => {
  const place = mkdtempSync(join(tmpdir(), "printed-"));
  const path = join(place, "output");
  const output = openSync(path, "a");
  let late = false;
  try {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", output, output] });
    const patience = setTimeout(() => {
      late = true;
      endTree(child.pid);
    }, minutes * 60_000);
    const [exitCode] = await once(child, "exit").finally(() => clearTimeout(patience));
    return { exitCode, late, said: readFileSync(path, "utf8").trimEnd() };
  } finally {
    closeSync(output);
    rmSync(place, { recursive: true });
  }
};

/** Ends a process and all that it has started. */
const endTree = (root: number | undefined): void => {
  const pairs = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const ended = new Set([root]);
  // A process that was started later may have a lower number: until there are no more.
  for (let count = 0; count < ended.size; ) {
    count = ended.size;
    for (const [pid, parent] of pairs) if (ended.has(parent)) ended.add(pid);
  }
  for (const pid of ended) if (pid !== undefined) killed(pid);
};

const killed = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
};

const FOREIGN = /^(PYTHON.*|VIRTUAL_ENV|UV_PROJECT_ENVIRONMENT|FORCE_COLOR|TEST_.*_URL)$/;

/** Our own environment without what would decide how the project's programs behave. */
const inherited = (settings: readonly string[]): Variables => {
  const own = new Set(settings.flatMap((name) => [name, `${name}_FILE`]));
  return Object.fromEntries([
    ...Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || own.has(name) || FOREIGN.test(name) ? [] : [[name, value]],
    ),
    ["NO_COLOR", "1"],
    ["UV_PYTHON_DOWNLOADS", "never"],
  ]);
};
