import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { findUv } from "../../scripts/uv.ts";
import type { Selection } from "../../src/options/types.ts";
import { exceptions } from "./containers/exceptions.ts";
import { buildImage, findPython, type Image, type Mount } from "./image.ts";
import { leftOut } from "./left-out.ts";
import { makeProject, type Project, type Variables } from "./project.ts";
import { freePort } from "./service.ts";
import { toolsOf } from "./tools.ts";

const tools = toolsOf("containers");
beforeAll(tools.install, 10 * 60_000);

/** Projects that together have every line of a Dockerfile and of a `compose.yaml`: of FastAPI… */
const cases: readonly Selection[] = [
  { auth: "jwt", database: "sqlite", environment: "development", container: "docker" },
  { auth: "api-key", database: "postgresql", state: "redis", container: "docker" },
  {
    auth: "opaque",
    database: "mysql",
    orm: "tortoise",
    jobs: "taskiq",
    state: "redis",
    container: "docker",
  },
  { auth: "oidc", database: "mysql", environment: "production", container: "docker" },
];
/** …and of Fastify. */
const casesOfFastify: readonly Selection[] = [
  { auth: "jwt", database: "sqlite", environment: "development" },
  { auth: "api-key", database: "postgresql", state: "redis" },
  { auth: "opaque", database: "mysql", orm: "mikro-orm", jobs: "bullmq", state: "redis" },
  { auth: "oidc", database: "mysql", environment: "production" },
].map((choices) => ({ ...choices, stack: "fastify", container: "docker" }));
const linted = [...cases, ...casesOfFastify];

/** Makes a project for as long as a test takes. */
const withProject = async (choices: Selection, work: (project: Project) => Promise<void>) => {
  const project = makeProject(choices);
  try {
    await work(project);
  } finally {
    project.remove();
  }
};

describe.each(linted)("the files of containers with %j", (choices) => {
  test("hadolint finds nothing", () =>
    withProject(choices, async ({ folder }) => {
      const { stdout } = await execa(join(tools.python, "hadolint"), [
        ...["--failure-threshold=style", "--format=tty", join(folder, "Dockerfile")],
      ]);
      expect(stdout).toBe("");
    }));

  test("dclint finds nothing, but for what is named with its reason", () =>
    withProject(choices, async ({ folder }) => {
      const config = join(tools.folder, "dclint.json");
      const off = Object.keys(exceptions.dclint).map((rule) => [rule, 0]);
      const rules = {
        ...Object.fromEntries(off),
        "require-quotes-in-ports": [1, { quoteType: "double" }],
      };
      writeFileSync(config, JSON.stringify({ rules }));
      const { all } = await execa(
        join(tools.folder, "node_modules/.bin/dclint"),
        ["--config", config, "--max-warnings", "0", join(folder, "compose.yaml")],
        { all: true, reject: false },
      );
      expect(all).toBe("");
    }));
});

test("checkov finds nothing in any of them", { timeout: 5 * 60_000 }, async () => {
  const projects = linted.map((choices) => makeProject(choices));
  try {
    const { stdout } = await execa(join(tools.python, "checkov"), [
      ...projects.flatMap(({ folder }) => ["--file", join(folder, "Dockerfile")]),
      ...["--framework", "dockerfile", "--output", "json", "--skip-download"],
    ]);
    const { summary } = JSON.parse(stdout);
    expect(summary).toMatchObject({ failed: 0, skipped: 0, parsing_errors: 0 });
    expect(summary.passed).toBeGreaterThan(20 * linted.length);
  } finally {
    for (const project of projects) project.remove();
  }
});

type Container = {
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Variables;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
};

const containersOf = (project: Project): Readonly<Record<string, Container>> =>
  parse(readFileSync(join(project.folder, "compose.yaml"), "utf8"), { merge: true }).services;

/** The words that start a container of `compose.yaml` which runs the image of the project. */
const start = (
  project: Project,
  image: Image,
  { command = image.command, environment = {}, secrets = [], volumes = [] }: Container,
  variables: Variables,
) => {
  const files = secrets.map(
    (name): Mount => ({
      from: join(project.folder, ".secrets", name),
      to: `/run/secrets/${name}`,
    }),
  );
  const data = volumes.map((volume): Mount => {
    const to = volume.split(":")[1] ?? "";
    return { from: join(image.root, to), to, writable: true };
  });
  return image.run([...image.entrypoint, ...command], { ...environment, ...variables }, [
    ...files,
    ...data,
  ]);
};

const servers = {
  postgresql: process.env.TEST_DATABASE_URL ?? "postgresql://postgres@127.0.0.1:5432/postgres",
  mysql: process.env.TEST_MYSQL_URL ?? "mysql://root@127.0.0.1:3306/mysql",
  redis: process.env.TEST_REDIS_URL ?? "redis://127.0.0.1:6379/15",
};

const databaseOf = ({ selection }: Project): string => String(selection.database);
const serverOf = (database: string): string =>
  database === "mysql" ? servers.mysql : servers.postgresql;

/** Runs a script of the database's container, with the project's secrets where it looks for them. */
const runScript = (project: Project, script: string, before: string) =>
  execa("unshare", [
    ...["--mount", "bash", "-ec"],
    `mount -t tmpfs tmpfs /run; mkdir /run/secrets
     mount --bind "$1" /run/secrets; cd "$2"; ${before}
     . "./$3"`,
    ...["bash", join(project.folder, ".secrets"), project.folder, script],
  ]);

/** A database on a server of this machine in place of the one in a container. */
const databases: Readonly<
  Record<
    string,
    {
      readonly before: string;
      readonly query: (
        url: URL,
        statement: string,
      ) => readonly [string, readonly string[], Variables];
      readonly drop: (names: {
        owner: string;
        service: string;
        database: string;
      }) => readonly string[];
    }
  >
> = {
  postgresql: {
    before: `export PGHOST=${new URL(servers.postgresql).hostname}`,
    query: (url, statement) => [
      "psql",
      ["--no-psqlrc", "--quiet", "--command", statement, url.href],
      {},
    ],
    drop: ({ owner, service, database }) => [
      `DROP DATABASE ${database} WITH (FORCE)`,
      `DROP ROLE ${owner}`,
      `DROP ROLE ${service}`,
    ],
  },
  mysql: {
    before: `docker_process_sql() { mariadb --host=${new URL(servers.mysql).hostname} --user=root "$@"; }`,
    query: (url, statement) => [
      "mariadb",
      [
        `--host=${url.hostname}`,
        `--user=${url.username}`,
        "--execute",
        statement,
        url.pathname.slice(1),
      ],
      { MYSQL_PWD: url.password },
    ],
    drop: ({ owner, service, database }) => [
      `DROP DATABASE ${database}`,
      `DROP USER ${owner}`,
      `DROP USER ${service}`,
    ],
  },
};

/** What the role of the service may not do. */
const REFUSED = [
  "CREATE TABLE evil (id int)",
  "DROP TABLE notes",
  "ALTER TABLE notes ADD COLUMN evil int",
  "DELETE FROM audit_events",
  "UPDATE audit_events SET event = 'x'",
];

describe.each(cases.slice(0, 3))("the image with %j", (choices) => {
  test("is built, runs read-only, lives, and stops when it is told", async ({ skip }) => {
    const python = process.getuid?.() === 0 ? await findPython() : undefined;
    const missing = await leftOut(choices, "Python 3.13 for root", python, "container");
    skip(missing !== undefined, missing);
    await withProject(choices, (project) => buildAndRun(project, python ?? ""));
  });
});

const buildAndRun = async (project: Project, python: string): Promise<void> => {
  await project.run((await findUv()) ?? "uv", ["lock", "--quiet"]);
  // None of these may get into the image.
  mkdirSync(join(project.folder, ".git"));
  for (const path of [".git/config", "app/.env", "app/.env.local", "id_rsa", "dump.sql"]) {
    writeFileSync(join(project.folder, path), "secret");
  }
  const cleanUps: (() => unknown)[] = [];
  try {
    const image = await buildImage(project.folder, python, tools.folder);
    cleanUps.push(image.remove);
    expectContents(image);
    const redirected = await useServer(project, cleanUps);
    const containers = containersOf(project);
    const variables: Variables = { PORT: String(await freePort()), ...redirected };
    const runOnce = async (container: Container, more: Variables = {}) => {
      const [program, args] = start(project, image, container, { ...variables, ...more });
      return execa(program, args, { all: true, stdin: "ignore" });
    };
    await runOnce(containers.migrate ?? {});
    await expectNarrowRole(project);
    const service = containers.service ?? {};
    await runOnce(
      { ...service, command: ["create-admin", "--email", "ada@example.com"] },
      { ADMIN_PASSWORD: "violet kettle drifts north" },
    );
    await expectLife(project, image, service, variables);
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
};

/** Looks at what is in an image, and at who may change it. */
const expectContents = ({ root }: Image): void => {
  const files = readdirSync(join(root, "app"));
  expect(files).toEqual(expect.arrayContaining(["app", "migrations", "pyproject.toml", "uv.lock"]));
  const all = readdirSync(join(root, "app"), { recursive: true, encoding: "utf8" });
  expect(
    all.filter((path) => /(^|\/)(\.env.*|\.git|\.secrets|tests|id_rsa|.*\.sql)$/.test(path)),
  ).toEqual([]);
  const compiled = all.filter((path) => path.endsWith(".pyc"));
  expect(compiled.length).toBeGreaterThan(50);
  // Found by its source alone: no time stamp, which a registry may change, makes it stale.
  expect(readFileSync(join(root, "app", compiled[0] ?? "")).readUInt32LE(4)).toBe(1);
  const packages = join(root, "venv/lib/python3.13/site-packages");
  const [cached = ""] = readdirSync(join(packages, "fastapi/__pycache__"));
  expect(readFileSync(join(packages, "fastapi/__pycache__", cached)).readUInt32LE(4)).toBe(1);
  expect(existsSync(join(packages, "pytest"))).toBe(false);
};

/** Makes a database and roles with the project's own script, under names that nobody else has. */
const useServer = async (project: Project, cleanUps: (() => unknown)[]): Promise<Variables> => {
  const { state } = project.selection;
  const database = databaseOf(project);
  const kind = databases[database];
  if (kind !== undefined) {
    const id = randomBytes(4).toString("hex");
    const names = { owner: `owner_${id}`, service: `service_${id}`, database: `made_${id}` };
    for (const [file, role] of [
      ["database_url", names.service],
      ["migration_database_url", names.owner],
    ] as const) {
      const path = join(project.folder, ".secrets", file);
      const url = new URL(readFileSync(path, "utf8").trim());
      const { hostname, port } = new URL(serverOf(database));
      url.username = role;
      url.host = `${hostname}:${port}`;
      url.pathname = names.database;
      writeFileSync(path, url.href);
    }
    cleanUps.push(async () => {
      for (const statement of kind.drop(names)) await query(kind, serverOf(database), statement);
    });
    await runScript(project, "compose/database/roles.sh", kind.before);
  }
  return state === "redis"
    ? { REDIS_URL: servers.redis, REDIS_KEY_PREFIX: `made-${randomBytes(4).toString("hex")}` }
    : {};
};

const query = (kind: (typeof databases)[string], server: string, statement: string) => {
  const [program, args, env] = kind.query(new URL(server), statement);
  return execa(program, args, { env, all: true });
};

/** Tries what the role of the service must not do. */
const expectNarrowRole = async (project: Project): Promise<void> => {
  const kind = databases[databaseOf(project)];
  if (kind === undefined) return;
  const url = readFileSync(join(project.folder, ".secrets/database_url"), "utf8");
  await query(kind, url, "SELECT count(*) FROM audit_events");
  for (const statement of REFUSED) {
    await expect(query(kind, url, statement), statement).rejects.toThrow(/denied|must be owner/);
  }
};

/** Starts the service as its image does, and stops it. */
const expectLife = async (
  project: Project,
  image: Image,
  container: Container,
  variables: Variables,
): Promise<void> => {
  const within = (words: readonly string[]) => {
    const [program, args] = image.run(words, variables);
    return execa(program, args, { all: true, reject: false });
  };
  expect((await within(image.healthcheck)).exitCode).toBe(1);
  const [program, args] = start(project, image, container, variables);
  const service = execa(program, args, { all: true, reject: false, forceKillAfterDelay: false });
  try {
    const url = `http://127.0.0.1:${variables.PORT}/health/ready`;
    for (let tries = 0; tries < 300 && service.exitCode === null; tries++) {
      if (
        await fetch(url).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        break;
      await sleep(100);
    }
    expect((await fetch(url)).status).toBe(200);
    expect((await within(image.healthcheck)).exitCode).toBe(0);
    const python = image.entrypoint[0] ?? "";
    for (const path of ["/app/app/main.py", "/venv/x", "/x"]) {
      const { all } = await within([python, "-c", `open(${JSON.stringify(path)}, "a")`]);
      expect(all).toMatch(/Read-only file system|Permission denied/);
    }
    expect((await within([python, "-c", "import os; print(os.getuid(), os.getgid())"])).all).toBe(
      "65532 65532",
    );
    expect((await within(["/bin/sh", "-c", "true"])).exitCode).not.toBe(0);
  } finally {
    service.kill("SIGTERM");
  }
  const { exitCode, all } = await service;
  expect(exitCode, all).toBe(0);
};
