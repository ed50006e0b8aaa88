import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";

export const repository = resolve(import.meta.dirname, "../..");
const fixture = join(repository, "test/fixtures/package");

const temporary = (name: string): string => realpathSync(mkdtempSync(join(tmpdir(), name)));

/** The built command line over a small stack of templates, outside the repository. */
export const buildPackage = (): { readonly cli: string; readonly remove: () => void } => {
  const folder = temporary("package-");
  cpSync(fixture, folder, { recursive: true });
  const build = spawnSync(
    process.execPath,
    ["scripts/build.mjs", "--quiet", "--out", join(folder, "dist")],
    { cwd: repository, encoding: "utf8" },
  );
  if (build.status !== 0) throw new Error(build.stderr);
  return {
    cli: join(folder, "dist/cli.cjs"),
    remove: () => rmSync(folder, { recursive: true }),
  };
};

/** An empty folder to stand in, with nobody's git settings but its own. */
export const makeDesk = () => {
  const folder = temporary("desk-");
  return {
    folder,
    env: {
      HOME: folder,
      PATH: `${folder}/.bin:${process.env.PATH}`,
      GIT_CONFIG_SYSTEM: "/dev/null",
      GIT_CEILING_DIRECTORIES: tmpdir(),
    } as NodeJS.ProcessEnv,
    remove: () => rmSync(folder, { recursive: true }),
  };
};

export type Desk = ReturnType<typeof makeDesk>;

/** The package of a file's tests, and the desk of each of them. */
export let built: ReturnType<typeof buildPackage>;
export let desk: Desk;

/** Builds the package for the tests of a file, and gives each an empty desk. */
export const useDesk = (): void => {
  beforeAll(() => {
    built = buildPackage();
  });
  afterAll(() => built.remove());
  beforeEach(() => {
    desk = makeDesk();
  });
  afterEach(() => desk.remove());
};

export const runCli = (cli: string, desk: Desk, args: readonly string[], more = {}) =>
  spawnSync(process.execPath, [cli, ...args], {
    cwd: desk.folder,
    env: { ...desk.env, ...more },
    encoding: "utf8",
  });

/** Text of each file below a folder, by path; what git keeps for itself is left out. */
export const readTree = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.startsWith(join(folder, ".git/")))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]),
  );

/** A run in a terminal of its own: text goes in when its cue has come out. */
export const runInTerminal = (
  cli: string,
  desk: Desk,
  args: readonly string[],
  script: readonly { readonly after: string; readonly type?: string; readonly kill?: "SIGTERM" }[],
): Promise<{ readonly status: number | null; readonly output: string }> =>
  new Promise((done) => {
    const child = spawn(
      "python3",
      [join(import.meta.dirname, "terminal.py"), process.execPath, cli, ...args],
      { cwd: desk.folder, env: { ...process.env, ...desk.env } },
    );
    const steps = [...script];
    let output = "";
    let errors = "";
    let seen = 0;
    child.stderr.on("data", (text) => {
      errors += text;
    });
    child.stdout.on("data", (text) => {
      output += text;
      const [step] = steps;
      const found = step === undefined ? -1 : output.indexOf(step.after, seen);
      if (step === undefined || found === -1) return;
      seen = output.length;
      steps.shift();
      if (step.type !== undefined) child.stdin.write(step.type);
      if (step.kill !== undefined) process.kill(Number.parseInt(errors, 10), step.kill);
    });
    child.on("close", (status) => done({ status, output }));
  });
