import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { packageRoot } from "../../src/package-root.ts";
import { readToolchain } from "../../src/plan/read-stack.ts";
import { snakeCase } from "../../src/project/names.ts";
import { nextSteps } from "../../src/project/steps.ts";
import { harnessOf } from "./harness.ts";
import { makeProject, type Variables } from "./project.ts";
import { missingServer } from "./servers.ts";
import { freePort } from "./service.ts";
import { runStep, type Typed } from "./steps.ts";

const choicesOf = (id: string): readonly string[] => {
  const option = catalogue.find((candidate) => candidate.id === id);
  return option?.kind === "choice" ? option.choices.map((choice) => choice.id) : [];
};
type Pair = readonly [auth: string, database: string];

/** What signs in and where it is stored: steps are declared with either of them. */
const pairs: Readonly<Record<string, readonly Pair[]>> = {
  fastapi: choicesOf("auth").flatMap((auth) =>
    choicesOf("database").map((database) => [auth, database] as const),
  ),
  // Steps of databases are the same for all stacks.
  fastify: [
    ["jwt", "sqlite"],
    ["api-key", "postgresql"],
    ["oidc", "mysql"],
  ],
};

const postgresql = new URL(process.env.TEST_DATABASE_URL ?? "postgresql://postgres@127.0.0.1:5432");
/** Who somebody is that the tools of PostgreSQL let make roles. */
const asOwner: Variables = {
  PGHOST: postgresql.hostname,
  PGPORT: postgresql.port || "5432",
  PGUSER: postgresql.username,
  PGPASSWORD: postgresql.password,
};

/** What each database's own programs ask for, and how what they make is taken away. */
const servers: Readonly<
  Record<
    string,
    {
      readonly typed: (password: string) => Typed;
      readonly remove: (name: string) => readonly (readonly string[])[];
    }
  >
> = {
  postgresql: {
    typed: (password) => [
      ["Enter password for new role", password],
      ["Enter it again", password],
    ],
    remove: (name) => [
      ["dropdb", "--if-exists", "--force", name],
      ["dropuser", "--if-exists", name],
    ],
  },
  mysql: {
    typed: () => [["Enter password", ""]],
    remove: (name) => [
      [
        "mysql",
        "--user=root",
        `--execute=DROP DATABASE IF EXISTS ${name}; DROP USER IF EXISTS ${name}`,
      ],
    ],
  },
};

const remove = (database: string, name: string, variables: Variables): void => {
  for (const [tool = "", ...words] of servers[database]?.remove(name) ?? []) {
    spawnSync(tool, words, { env: variables });
  }
};

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

describe.each(Object.entries(pairs))("%s", (stack, all) => {
  const harness = harnessOf({ stack });
  const [way] = readToolchain(packageRoot(), `templates/${stack}`).ways;
  if (way === undefined) throw new Error(`no way to run ${stack}`);

  test.concurrent.each(all)("%s on %s: the steps, as they are printed", async (auth, database) => {
    const missing = (await harness.missing()) ?? (await missingServer({ database }));
    if (missing !== undefined) throw new Error(missing);
    const name = `steps-${randomBytes(4).toString("hex")}`;
    const project = makeProject({ stack, name, auth, database });
    const { planned, folder } = project;
    const port = await freePort();
    const lent = await harness.borrow(project);
    const variables = project.environment({
      ...asOwner,
      ...lent,
      ADMIN_PASSWORD: randomBytes(18).toString("base64url"),
      PORT: String(port),
    });
    const text = readFileSync(join(folder, ".env"), "utf8");
    const [, password = ""] = /^DATABASE_URL=\S+?:\/\/[^:]+:([^@]+)@/m.exec(text) ?? [];
    const shell = { folder, variables, typed: servers[database]?.typed(password) ?? [] };
    const isReady = () => answers(`http://127.0.0.1:${port}/health/ready`);
    try {
      for (const step of nextSteps(planned.steps, name, way.program)) {
        if (step.commands.length === 0) continue;
        const output = await runStep(step, shell, step.stays ? isReady : undefined);
        expect(output).not.toMatch(harness.crash);
      }
    } finally {
      remove(database, snakeCase(name), variables);
      project.remove();
    }
  });
});
