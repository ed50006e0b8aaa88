import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
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
      const { exitCode, timedOut, all, shortMessage } = await execa(program, args, {
        cwd: folder,
        env: environment(variables),
        extendEnv: false,
        all: true,
        reject: false,
        stdin: "ignore",
        timeout: minutes * 60_000,
      });
      if (exitCode === 0) return all;
      const command = [program.replace(`${folder}/`, ""), ...args].join(" ");
      const why = timedOut ? `took longer than ${minutes} minutes` : `exit ${exitCode}`;
      throw new Error(`$ ${command}\n${all || shortMessage}\n(${why})`);
    },
    beforeRemoval,
    remove: () => {
      for (const work of beforeRemoval) work();
      rmSync(folder, { recursive: true, force: true });
    },
  };
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
