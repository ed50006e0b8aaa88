import { existsSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { execa } from "execa";
import { findUv } from "../../scripts/uv.ts";
import type { Harness, TestRun } from "./harness.ts";
import { borrowEnvironment } from "./lending.ts";
import { LOST_RACES, type Project, SUITE_MINUTES, type Variables } from "./project.ts";
import { follow, resourceBlocks } from "./readme.ts";

let found: ReturnType<typeof findUv> | undefined;
/** Looks once: where there is none, the first search installs it. */
const uv = () => {
  found ??= findUv();
  return found;
};

const pythonOf = (project: Project): string => join(project.folder, ".venv/bin/python");

/** Runs a line of Python with the packages of a project. */
export const python = async (project: Project, code: string, ...args: string[]) =>
  (await project.run(pythonOf(project), ["-c", code, ...args])).trim();

/** Runs a script of Python with the packages that it names itself, apart from the project's. */
export const runScript = async (
  project: Project,
  script: string,
  args: readonly string[],
  variables: Variables,
) =>
  project.run((await uv()) ?? "uv", ["run", "--quiet", "--script", script, ...args], { variables });

/** What installing needs and this machine does not have, for people; undefined when nothing. */
export const missingPython = async (): Promise<string | undefined> => {
  const command = await uv();
  if (command === undefined) return "no Python";
  const env = { UV_PYTHON_DOWNLOADS: "never" };
  const { exitCode } = await execa(command, ["python", "find", ">=3.11"], { env, reject: false });
  return exitCode === 0 ? undefined : "no Python 3.11 or newer";
};

/** Installs a project with the packages of development, into an environment that is lent to it. */
export const install = async (project: Project): Promise<void> => {
  const place = join(project.folder, ".venv");
  if (!existsSync(place)) symlinkSync(borrowEnvironment(project), place);
  // Its programs name the environment itself, which outlives the project.
  const variables = { UV_PROJECT_ENVIRONMENT: realpathSync(place) };
  await project.run((await uv()) ?? "uv", ["sync", "--quiet"], { variables });
};

const borrow = async (project: Project): Promise<Variables> => {
  await install(project);
  const environment = realpathSync(join(project.folder, ".venv"));
  const programs = [join(environment, "bin"), dirname((await uv()) ?? ""), process.env.PATH];
  return { UV_PROJECT_ENVIRONMENT: environment, PATH: programs.join(delimiter) };
};

/** Versions of Python and of the packages that the service runs on, by name. */
const installed = async (project: Project): Promise<Readonly<Record<string, string>>> => {
  const code =
    "import platform, sys\n" +
    "from importlib.metadata import version\n" +
    "print(platform.python_version(), *map(version, sys.argv[1:]))";
  const names = project.planned.dependencies.runtime?.map(({ name }) => name) ?? [];
  const versions = (await python(project, code, ...names)).split(" ");
  return Object.fromEntries(["Python", ...names].map((name, at) => [name, versions[at] ?? ""]));
};

const tool = (project: Project, name: string, ...args: string[]) =>
  project.run(join(project.folder, ".venv/bin", name), args);

/** Each process of tests has its own. */
const MYPY_CACHE = resolve(
  "node_modules/.cache/create-secure-api",
  `mypy-${process.env.VITEST_POOL_ID}`,
);
let lastMypy: Promise<unknown> = Promise.resolve();
/** Lends what mypy knows of the packages from the projects before; its cache has no lock. */
export const withMypyCache = <Found>(work: (folder: string) => Promise<Found>): Promise<Found> => {
  const run = lastMypy.then(() => work(MYPY_CACHE));
  lastMypy = run.catch(() => {});
  return run;
};
const mypy = (project: Project) =>
  withMypyCache((folder) => tool(project, "mypy", "--cache-dir", folder));

/** The checks that read the code; each throws what it found. */
export const codeChecks = {
  "ruff check": (project: Project) => tool(project, "ruff", "check"),
  "ruff format": (project: Project) => tool(project, "ruff", "format", "--check"),
  mypy,
} as const;

/** The tests that pytest's summary names; what a service logged as an error begins alike. */
export const failuresIn = (said: string): readonly string[] => [
  ...new Set(
    [...said.matchAll(/^(?:FAILED|ERROR) (tests\/.+?::\w+(?:\[.*\])?)(?: - .*)?$/gm)].map(
      ([, name = ""]) => name,
    ),
  ),
];

/** Runs the project's own tests, and once more the few that failed; the report names them. */
export const runTests = async (
  project: Project,
  variables: Variables,
  ...args: string[]
): Promise<TestRun> => {
  const pytest = (...more: readonly string[]) =>
    project.run(pythonOf(project), ["-m", "pytest", "-q", ...more], {
      variables,
      minutes: SUITE_MINUTES,
    });
  let again: readonly string[] = [];
  const said = await pytest(...args).catch(async (fault: Error) => {
    again = failuresIn(fault.message);
    if (again.length === 0 || again.length > LOST_RACES) throw fault;
    process.stderr.write(`${fault.message}\n`);
    await pytest("--last-failed", "--last-failed-no-failures", "none");
    return fault.message;
  });
  const passed = Number(/(\d+) passed.* in /.exec(said)?.[1] ?? 0);
  const coverage = /^TOTAL .*?([\d.]+)%$/m.exec(said)?.[1];
  const run = { passed: passed + again.length, again };
  return coverage === undefined ? run : { ...run, coverage: Number(coverage) };
};

/** The service's own command line, as its arguments behind the program. */
export const app = (
  project: Project,
  ...args: readonly string[]
): readonly [string, readonly string[]] => [pythonOf(project), ["-m", "app", ...args]];

/** How each ORM's tool takes the schema back. */
const downgrade: Readonly<Record<string, readonly string[]>> = {
  sqlalchemy: ["-m", "alembic", "downgrade", "base"],
  tortoise: ["-m", "tortoise", "downgrade", "app"],
};

/** Brings the schema up, down and up again. */
export const migrate = async (project: Project, variables: Variables): Promise<void> => {
  const down = downgrade[String(project.selection.orm)];
  if (down === undefined) throw new Error(`no way down for orm=${project.selection.orm}`);
  const up = app(project, "migrate");
  await project.run(...up, { variables });
  await project.run(pythonOf(project), down, { variables });
  await project.run(...up, { variables });
};

const QUERY_POSTGRESQL =
  "import asyncio, asyncpg, sys\n" +
  "async def main(url, text):\n" +
  "    connection = await asyncpg.connect(url)\n" +
  "    is_query = text.startswith(('SELECT', 'SHOW'))\n" +
  "    print(await (connection.fetchval if is_query else connection.execute)(text))\n" +
  "    await connection.close()\n" +
  "asyncio.run(main(*sys.argv[1:]))";

const QUERY_MYSQL =
  "import asyncio, asyncmy, sys\n" +
  "from urllib.parse import unquote, urlsplit\n" +
  "async def main(url, statement):\n" +
  "    parts = urlsplit(url)\n" +
  "    account = {'user': unquote(parts.username), 'password': unquote(parts.password or '')}\n" +
  "    place = {'host': parts.hostname, 'port': parts.port or 3306, 'db': parts.path[1:]}\n" +
  "    async with asyncmy.connect(**account, **place) as connection:\n" +
  "        async with connection.cursor() as cursor:\n" +
  "            await cursor.execute(statement)\n" +
  "            print((await cursor.fetchone() or [''])[0])\n" +
  "asyncio.run(main(*sys.argv[1:]))";

const QUERY_SQLITE =
  "import sqlite3, sys\n" +
  "from urllib.parse import urlsplit\n" +
  "with sqlite3.connect(urlsplit(sys.argv[1]).path[1:]) as connection:\n" +
  "    print((connection.execute(sys.argv[2]).fetchone() or [''])[0])";

const onRedis = (project: Project, url: string, statement: string, ...args: string[]) =>
  python(
    project,
    `import redis, sys\nredis = redis.from_url(sys.argv[1])\n${statement}`,
    url,
    ...args,
  );

/** Services of Python on FastAPI. */
export const fastapi: Harness = {
  missing: missingPython,
  install,
  borrow,
  installed,
  codeChecks,
  runTests: (project, variables, measured) =>
    // Another project keeps the other core busy.
    runTests(project, variables, "--numprocesses=0", ...(measured ? ["--cov"] : [])),
  app,
  migrate,
  addResource: async ({ folder, shell }) => {
    await follow(folder, resourceBlocks(folder), shell);
    const readme = readFileSync(join(folder, "README.md"), "utf8");
    const [, tidy = ""] = /^Sort the imports with `([^`]+)`/m.exec(readme) ?? [];
    await shell(tidy);
  },
  withoutExample: (text) =>
    text
      .replace(/^ {4}\{\n {8}"name": "notes",\n[\s\S]*?^ {4}\},\n/m, "")
      .replace(/^_MODERATOR\b.*$/m, "_MODERATOR: Final = _USER"),
  crash: /Traceback/,
  onPostgresql: (project, url, text) => python(project, QUERY_POSTGRESQL, url, text),
  onMysql: (project, url, statement) => python(project, QUERY_MYSQL, url, statement),
  onSqlite: (project, url, statement) => python(project, QUERY_SQLITE, url, statement),
  redis: {
    version: (project, url) =>
      onRedis(project, url, "print(redis.info('server')['redis_version'])"),
    drop: (project, url, prefix) =>
      onRedis(
        project,
        url,
        "for key in redis.scan_iter(sys.argv[2] + '*', 1000): redis.delete(key)",
        prefix,
      ),
  },
};
