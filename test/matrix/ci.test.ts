import { expect, test } from "vitest";
import { parse } from "yaml";
import { type Cell, everyCell, faultsIn } from "../fixtures/matrix.ts";
import { remembered } from "../fixtures/remembered.ts";
import {
  commandsOf,
  type GitLabJob,
  type Job,
  pipelineIn,
  workflowIn,
} from "../fixtures/workflows.ts";

const CI = ".github/workflows/ci.yml";
const EVIDENCE = ".github/workflows/evidence.yml";
const WORKFLOWS = [CI, ".github/workflows/audit.yml", EVIDENCE];
const PIPELINE = ".gitlab-ci.yml";

const workflowOf = remembered(workflowIn);
const pipelineOf = remembered(pipelineIn);
const cells = everyCell();
const having = (ci: string) => cells.filter(({ selection }) => selection.ci === ci);
const onGitHub = having("github");
const onGitLab = having("gitlab");
const ciOf = ({ texts }: Cell) => workflowOf(texts.get(CI) ?? "");
const evidenceOf = ({ texts }: Cell) => workflowOf(texts.get(EVIDENCE) ?? "");
const pipeline = ({ texts }: Cell) => pipelineOf(texts.get(PIPELINE) ?? "");

test("a project has the files of its CI alone", () => {
  expect(onGitHub.length).toBeGreaterThan(100);
  expect(onGitLab.length).toBeGreaterThan(100);
  for (const { selection, texts } of cells) {
    for (const path of WORKFLOWS) expect(texts.has(path)).toBe(selection.ci === "github");
    expect(texts.has(PIPELINE)).toBe(selection.ci === "gitlab");
    expect(texts.has("renovate.json")).toBe(selection.ci !== "none");
  }
});

test("each action is pinned by its commit, with the tag as a comment", () => {
  const faults = faultsIn(onGitHub, ({ texts }) =>
    WORKFLOWS.flatMap((path) =>
      (texts.get(path) ?? "")
        .split("\n")
        .filter((line) => /\buses:/.test(line))
        .filter((line) => !/ uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d[\w.]*$/.test(line)),
    ),
  );
  expect(faults).toEqual([]);
});

test("each image that a job runs in or beside is pinned by its digest", () => {
  const PINNED = /:[\w.-]+@sha256:[0-9a-f]{64}$/;
  const github = faultsIn(onGitHub, (cell) =>
    Object.values(ciOf(cell).jobs)
      .flatMap(({ services = {} }) => Object.values(services).map(({ image }) => image))
      .filter((image) => !PINNED.test(image)),
  );
  const gitlab = faultsIn(onGitLab, (cell) =>
    [pipeline(cell).default, ...Object.values(pipeline(cell).jobs)]
      .flatMap(({ image = "", services = [] }) => [image, ...services.map(({ name }) => name)])
      .filter((image) => image !== "" && !PINNED.test(image)),
  );
  expect([...github, ...gitlab]).toEqual([]);
});

/** Conditions under which a job runs what was merged, where no merge group starts its workflow. */
const MERGED = ["github.event_name == 'push'", "github.event_name != 'pull_request'"];

/** What must not hold of a job, whatever its project. */
const FAULTS: Readonly<Record<string, (job: Job) => boolean>> = {
  "says nothing of its permissions": ({ permissions }) => permissions === undefined,
  "has no time-out": ({ "timeout-minutes": minutes }) => !(minutes > 0 && minutes <= 30),
  "runs on whatever is the latest": ({ "runs-on": runner }) => !/^ubuntu-\d\d\.04$/.test(runner),
  "leaves its token in the checkout": ({ steps }) =>
    steps.some(
      ({ uses = "", with: given }) =>
        uses.startsWith("actions/checkout@") && given?.["persist-credentials"] !== false,
    ),
  // What a pull request can name must not get into a shell.
  "puts an expression into a command": (job) =>
    commandsOf(job).some((command) => command.includes("${{")),
  "may write before its change is merged": ({ permissions = {}, if: condition }) =>
    Object.values(permissions).includes("write") && !MERGED.includes(condition ?? ""),
  // What a package can ask for, it can sign.
  "runs packages where it may sign": (job) =>
    job.permissions?.["id-token"] === "write" &&
    commandsOf(job).some((command) =>
      /^(?:uv (?:sync|run)|uvx|npm (?:ci|run)|npx|node) /.test(command),
    ),
  // Any job can leave something in the cache: what is published must not be made of it.
  "publishes what may come out of a cache": ({ permissions = {}, outputs, steps }) =>
    (outputs !== undefined || Object.values(permissions).includes("write")) &&
    steps.some(({ with: given }) => given?.["enable-cache"] === true || given?.cache !== undefined),
};

test("each job has no more rights and no more time than it needs", () => {
  const faults = faultsIn(onGitHub, ({ texts }) =>
    WORKFLOWS.flatMap((path) => {
      const { jobs, permissions, concurrency, on } = workflowOf(texts.get(path) ?? "");
      return [
        ...Object.entries(jobs).flatMap(([id, job]) =>
          Object.keys(FAULTS).flatMap((fault) => (FAULTS[fault]?.(job) ? [`${id} ${fault}`] : [])),
        ),
        ...(JSON.stringify(permissions) === "{}" ? [] : [`${path}: permissions for all`]),
        ...(concurrency === undefined ? [`${path}: runs beside itself`] : []),
        ...("merge_group" in on && Object.values(jobs).some(({ if: when }) => when === MERGED[1])
          ? [`${path}: takes a merge group for what was merged`]
          : []),
        ...("pull_request_target" in on ? [`${path}: runs what strangers send, with rights`] : []),
      ];
    }),
  );
  expect(faults).toEqual([]);
});

test("each server that tests need is there, and healthy before they begin", () => {
  const testing = (cell: Cell) => {
    const { changed, evidence } = evidenceOf(cell).jobs;
    return [ciOf(cell).jobs.tests, changed, evidence];
  };
  const github = faultsIn(onGitHub, (cell) =>
    testing(cell).flatMap((job) => {
      const { services = {}, env = {} } = job ?? { services: {} };
      return cell.planned.services.flatMap(({ id, tests }) => {
        if (tests === undefined) return [];
        const { ports = [], options = "" } = services[id] ?? {};
        const { hostname, port } = new URL(env[tests.variable] ?? "none://");
        const isThere =
          hostname === "127.0.0.1" && ports.some((each) => each.startsWith(`${port}:`));
        return isThere && options.includes('--health-cmd "') ? [] : [id];
      });
    }),
  );
  const gitlab = faultsIn(onGitLab, (cell) => {
    const { services = [], variables = {} } = pipeline(cell).jobs.tests ?? {};
    const { services: same = [], variables: given } = pipeline(cell).jobs[".proving"] ?? {};
    expect(same).toEqual(services);
    expect(given).toMatchObject(variables);
    return cell.planned.services.flatMap(({ id, tests, port }) => {
      if (tests === undefined) return [];
      const { host } = new URL(variables[tests.variable] ?? "none://");
      return host === `${id}:${port}` && services.some(({ alias }) => alias === id) ? [] : [id];
    });
  });
  expect([...github, ...gitlab]).toEqual([]);
  expect(onGitHub.some((cell) => ciOf(cell).jobs.tests?.services !== undefined)).toBe(true);
});

test("no job of GitLab runs without end, nor on after a newer commit, but to publish", () => {
  const faults = faultsIn(onGitLab, (cell) => {
    const { default: common, jobs } = pipeline(cell);
    return [
      ...(common.timeout === "10 minutes" && common.interruptible === true ? [] : ["defaults"]),
      ...Object.entries(jobs).flatMap(([id, { interruptible = true }]) =>
        interruptible === (id !== "publish") ? [] : [id],
      ),
    ];
  });
  expect(faults).toEqual([]);
});

test("an image is built for each change and published from the default branch alone", () => {
  for (const cell of onGitHub) {
    const { image, publish } = ciOf(cell).jobs;
    const isThere = cell.selection.container === "docker";
    expect([image, publish].map((job) => job !== undefined)).toEqual([isThere, isThere]);
    expect(publish?.if).toBe(isThere ? "github.event_name == 'push'" : undefined);
    expect(ciOf(cell).on).toMatchObject({ push: { branches: ["main"] } });
  }
  for (const cell of onGitLab) {
    const { publish, ...jobs } = pipeline(cell).jobs;
    expect(publish !== undefined).toBe(cell.selection.container === "docker");
    const onMerged = Object.keys(jobs).filter((id) => /^\w/.test(id) && !isForProposals(jobs[id]));
    if (publish !== undefined) expect(publish.needs?.toSorted()).toEqual(onMerged.sort());
  }
});

/** Whether a job of GitLab runs for what is not merged yet, and for nothing else. */
const isForProposals = (job: GitLabJob | undefined): boolean =>
  job?.rules?.every((rule) => rule.if.includes("merge_request_event")) ?? false;

test("what compares commits on GitLab has git", () => {
  for (const cell of onGitLab) {
    const { before_script: before = [] } = pipeline(cell).jobs[".proving"] ?? {};
    const isSlim = pipeline(cell).default.image?.includes("-slim@");
    expect(before.some((command) => /^apt-get install .* git$/.test(command))).toBe(isSlim);
  }
});

/** What a job does that is no command for a person. */
const OWN =
  /^(?:uv cache prune|(?:uv run pytest|node --test) tests\/database|cat evidence\/|echo "sha256=|(?:sudo )?apt-get |docker |echo "\$CI_REGISTRY_PASSWORD")|prove --changed/;

test("a job has the programs that its tests start", () => {
  const INSTALLED = /^(?:sudo apt-get update && sudo )?apt-get install .* redis-server$/;
  const bare = (cell: Cell): readonly string[] => {
    const { changed, evidence } = cell.selection.ci === "github" ? evidenceOf(cell).jobs : {};
    const jobs =
      cell.selection.ci === "github"
        ? [ciOf(cell).jobs.tests, changed, evidence].map((job) => (job ? commandsOf(job) : []))
        : ["tests", ".proving"].map((id) => pipeline(cell).jobs[id]?.before_script ?? []);
    const isNeeded = cell.selection.state === "redis";
    return jobs.some((lines) => lines.some((line) => INSTALLED.test(line)) !== isNeeded)
      ? [String(cell.selection.ci)]
      : [];
  };
  expect(faultsIn([...onGitHub, ...onGitLab], bare)).toEqual([]);
});

test("each commit that was merged is checked, also when a newer one comes", () => {
  const MERGED_ALONE = "github.event_name == 'pull_request' && github.ref || github.run_id";
  for (const cell of onGitHub) {
    for (const { concurrency } of [ciOf(cell), evidenceOf(cell)]) {
      expect(concurrency?.group).toContain(MERGED_ALONE);
    }
  }
  for (const { texts } of onGitLab) {
    const { rules } = parse(texts.get(PIPELINE) ?? "").workflow;
    const merged = rules.find(({ if: when }: { readonly if: string }) =>
      /DEFAULT_BRANCH/.test(when),
    );
    expect(merged.auto_cancel).toEqual({ on_new_commit: "none" });
  }
});

test("the commands are those of the README", () => {
  const faults = faultsIn([...onGitHub, ...onGitLab], (cell) => {
    const readme = cell.texts.get("README.md") ?? "";
    return commands(cell).filter((command) => !OWN.test(command) && !readme.includes(command));
  });
  expect(faults).toEqual([]);
});

const commands = (cell: Cell): readonly string[] =>
  cell.selection.ci === "github"
    ? [ciOf(cell), evidenceOf(cell)].flatMap(({ jobs }) => Object.values(jobs)).flatMap(commandsOf)
    : Object.values(pipeline(cell).jobs).flatMap(({ script = [] }) => script);

/** What checks a project; GitLab installs it before a job. */
const CHECKS = /^(?:uv run|uvx|node|npm (?!ci\b)|npx) /;

test("GitLab does what GitHub does, but to check workflows", () => {
  const checks = (some: readonly Cell[]) =>
    new Set(
      some
        .flatMap(commands)
        .filter((command) => CHECKS.test(command))
        // Each knows the branch that a change is for by another name.
        .map((command) => command.replace(/(?<=--changed )"[^"]+"/, "")),
    );
  const [github, gitlab] = [checks(onGitHub), checks(onGitLab)];
  const alone = [...github].filter((command) => !gitlab.has(command));
  expect(alone.map((command) => command.replace(/^uv.* (?=zizmor)|==[\d.]+/g, ""))).toEqual(
    alone.map(() => "zizmor .github"),
  );
  expect(alone).not.toEqual([]);
  expect([...gitlab].filter((command) => !github.has(command))).toEqual([]);
});
