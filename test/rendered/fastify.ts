import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import process from "node:process";
import { execa } from "execa";
import { isNewEnough } from "../../src/project/toolchain.ts";
import type { Harness, TestRun } from "./harness.ts";
import { borrowEnvironment } from "./lending.ts";
import { LOST_RACES, type Project, SUITE_MINUTES, type Variables } from "./project.ts";
import { follow, resourceBlocks } from "./readme.ts";

const MINIMUM = "24.16";
/** As the registry has it: a package whose installation brings the program. */
const NODE = "node@24.21.0";
const CACHE = resolve("node_modules/.cache/create-secure-api/node");

const node = isNewEnough(process.version, MINIMUM)
  ? process.execPath
  : join(CACHE, "node_modules/node/bin/node");

/** What a project's programs find first is the Node that it is for. */
export const withNode = (variables: Variables = {}): Variables => ({
  ...variables,
  PATH: [dirname(node), process.env.PATH ?? ""].join(delimiter),
});

let found: Promise<string | undefined> | undefined;

/** Looks once: where this machine has an older Node, the first search installs another beside it. */
const missing = (): Promise<string | undefined> => {
  found ??= (async () => {
    if (existsSync(node)) return undefined;
    const args = ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", CACHE, NODE];
    await execa("npm", args, { reject: false });
    return existsSync(node) ? undefined : `no Node ${MINIMUM} or newer`;
  })();
  return found;
};

const tool = (project: Project, name: string, ...args: readonly string[]) =>
  project.run(join(project.folder, "node_modules/.bin", name), args, { variables: withNode() });

const INSTALL = ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];

/** Makes the file that says which versions are installed, without installing them. */
export const lock = (project: Project) =>
  project.run("npm", [...INSTALL, "--package-lock-only"], { variables: withNode() });

/** Has the script that measures coverage run few of the tests, with any coverage. */
export const narrow = ({ folder }: Project, tests: string): void => {
  const manifest = join(folder, "package.json");
  const text = readFileSync(manifest, "utf8");
  const few = text.replace(
    "--test-coverage-lines=90 'tests/**/*",
    `--test-coverage-lines=0 'tests/${tests}`,
  );
  if (few === text) throw new Error("package.json measures no coverage");
  writeFileSync(manifest, few);
};

/** npm makes a folder of its own where it finds a link, so the packages themselves are lent. */
const install = async (project: Project): Promise<void> => {
  const place = join(project.folder, "node_modules");
  if (!existsSync(place)) {
    const lent = join(borrowEnvironment(project), "node_modules");
    if (existsSync(lent)) renameSync(lent, place);
    project.beforeRemoval.unshift(() => existsSync(place) && renameSync(place, lent));
  }
  await project.run("npm", INSTALL, { variables: withNode() });
};

const borrow = async (project: Project): Promise<Variables> => {
  await install(project);
  return withNode();
};

const installed = async (project: Project): Promise<Readonly<Record<string, string>>> => {
  const version = (name: string): string => {
    const manifest = join(project.folder, "node_modules", name, "package.json");
    return JSON.parse(readFileSync(manifest, "utf8")).version;
  };
  const names = project.planned.dependencies.runtime?.map(({ name }) => name) ?? [];
  const own = (await project.run(node, ["--version"])).trim().replace("v", "");
  return { Node: own, ...Object.fromEntries(names.map((name) => [name, version(name)])) };
};

/** Runs a module with the packages of a project. */
export const evaluated = async (project: Project, code: string, ...args: readonly string[]) =>
  (await project.run(node, ["--input-type=module", "--eval", code, ...args])).trim();

const COVERAGE = [
  "--experimental-test-coverage",
  "--test-coverage-include=src/**",
  "--test-coverage-exclude=tests/**",
];

/** Twice what `npm test` of a project has: other suites run beside it. */
const TEST_TIMEOUT = "--test-timeout=120000";

/** Runs tests of some files, in one process. */
export const runFiles = (project: Project, variables: Variables, files: readonly string[]) =>
  project.run(node, ["--test", "--test-isolation=none", TEST_TIMEOUT, ...files], {
    variables: withNode(variables),
  });

/** A test that failed: its title, and its file in the project. */
type Failure = { readonly title: string; readonly file: string };

/** The tests that failed, as TAP tells them. */
export const failuresIn = (said: string): readonly Failure[] =>
  [
    ...said.matchAll(/^not ok \d+ - (.*)\n {2}---\n(?: {2}.*\n)*? {2}location: '(.*?):\d+:\d+'$/gm),
  ].map(([, title = "", path = ""]) => ({ title, file: path.slice(path.indexOf("/tests/") + 1) }));

/** A suite runs beside others on busy machines: what failed has to pass when it runs on its own. */
const runTests = async (
  project: Project,
  variables: Variables,
  measured: boolean,
): Promise<TestRun> => {
  const run = (args: readonly string[]) =>
    project.run(node, ["--test", "--test-reporter=tap", TEST_TIMEOUT, ...args], {
      variables: withNode(variables),
      minutes: SUITE_MINUTES,
    });
  let failures: readonly Failure[] = [];
  const said = await run([
    "--test-isolation=none",
    ...(measured ? COVERAGE : []),
    "tests/**/*.test.ts",
  ]).catch((fault: Error) => {
    failures = failuresIn(fault.message);
    const count = Number(/^# fail (\d+)$/m.exec(fault.message)?.[1] ?? 0);
    if (failures.length === 0 || failures.length !== count || count > LOST_RACES) throw fault;
    return fault.message;
  });
  if (failures.length > 0) await run([...new Set(failures.map(({ file }) => file))]);
  const again = failures.map(({ file, title }) => `${file}::${title}`);
  const passed = Number(/^# pass (\d+)$/m.exec(said)?.[1] ?? 0) + again.length;
  // A function that is never called has no branches: what counts is the worse of the two.
  const [, lines, branches] = /^# all files\s*\|\s*([\d.]+)\s*\|\s*([\d.]+)/m.exec(said) ?? [];
  const coverage = Math.min(Number(lines), Number(branches));
  return Number.isNaN(coverage) ? { passed, again } : { passed, again, coverage };
};

const app: Harness["app"] = (_project, ...args) => [node, ["src/cli.ts", ...args]];

/** Services of TypeScript on Fastify. */
export const fastify: Harness = {
  missing,
  install,
  borrow,
  installed,
  codeChecks: {
    biome: (project) => tool(project, "biome", "check", "--error-on-warnings"),
    tsc: (project) => tool(project, "tsc"),
    knip: (project) => tool(project, "knip"),
  },
  runTests,
  app,
  // There is no way down: what is up already must stay as it is.
  migrate: async (project, variables) => {
    for (let times = 0; times < 2; times += 1) {
      await project.run(...app(project, "migrate"), { variables });
    }
  },
  addResource: async ({ folder, shell, edit }) => {
    edit(
      "src/auth/permissions.ts",
      '["account:write", ',
      '["account:write", "projects:read", "projects:write", ',
    );
    edit(
      "src/api.ts",
      "TAGS = [\n",
      'TAGS = [\n  { name: "projects", description: "The caller\'s own projects." },\n',
    );
    await follow(folder, resourceBlocks(folder), shell);
    await shell("npm run format");
  },
  withoutExample: (text) =>
    text
      .replace(/^ {2}\{\n {4}name: "notes",\n[\s\S]*?^ {2}\},\n/m, "")
      .replace(/^const MODERATOR\b.*$/m, "const MODERATOR: readonly Permission[] = USER;")
      .replaceAll(/, "notes:\w+"/g, ""),
  // What is logged of a mistake in the code, whichever the format, and what Node itself says of one.
  crash:
    /\b(?:request\.crashed|background\.failed|judging\.failed|serve\.failed)\b|^ +at .*:\d+:\d+\)?$/m,
  onPostgresql: (project, url, statement) =>
    evaluated(
      project,
      "import pg from 'pg'; const [url, text] = process.argv.slice(1);" +
        "const client = new pg.Client({ connectionString: url }); await client.connect();" +
        "const result = await client.query({ text, rowMode: 'array' });" +
        "console.log(result.rows?.[0]?.[0] ?? ''); await client.end();",
      url,
      statement,
    ),
  onMysql: (project, url, statement) =>
    evaluated(
      project,
      "import mysql from 'mysql2/promise'; const [url, text] = process.argv.slice(1);" +
        "const connection = await mysql.createConnection({ uri: url, rowsAsArray: true });" +
        "const [rows] = await connection.query(text);" +
        "console.log(rows?.[0]?.[0] ?? ''); await connection.end();",
      url,
      statement,
    ),
  onSqlite: (project, url, statement) =>
    evaluated(
      project,
      "import { DatabaseSync } from 'node:sqlite'; const [url, text] = process.argv.slice(1);" +
        "const database = new DatabaseSync(new URL(url).pathname.slice(1));" +
        "console.log(Object.values(database.prepare(text).get() ?? {})[0] ?? '');",
      url,
      statement,
    ),
  redis: {
    version: (project, url) =>
      evaluated(
        project,
        "import { Redis } from 'ioredis'; const redis = new Redis(process.argv[1]);" +
          "console.log(/redis_version:(\\S+)/.exec(await redis.info('server'))?.[1] ?? '');" +
          "await redis.quit();",
        url,
      ),
    drop: (project, url, prefix) =>
      evaluated(
        project,
        "import { Redis } from 'ioredis'; const [url, prefix] = process.argv.slice(1);" +
          "const redis = new Redis(url);" +
          "for await (const keys of redis.scanStream({ match: `$" +
          "{prefix}*`, count: 1000 }))" +
          "  if (keys.length > 0) await redis.del(...keys); await redis.quit();",
        url,
        prefix,
      ),
  },
};
