import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findUv } from "../../scripts/uv.ts";
import { catalogue } from "../../src/options/catalogue.ts";
import { snakeCase } from "../../src/project/names.ts";
import { nextSteps } from "../../src/project/steps.ts";
import { lendEnvironments } from "./environments.ts";
import { missingPython } from "./fastapi.ts";
import { makeProject, type Variables } from "./project.ts";
import { missingServer } from "./servers.ts";
import { freePort } from "./service.ts";
import { runStep, type Typed } from "./steps.ts";

const choicesOf = (id: string): readonly string[] => {
  const option = catalogue.find((candidate) => candidate.id === id);
  return option?.kind === "choice" ? option.choices.map((choice) => choice.id) : [];
};
const pairs = choicesOf("auth").flatMap((auth) =>
  choicesOf("database").map((database) => [auth, database] as const),
);

const environments = lendEnvironments();

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

test.concurrent.each(pairs)("%s on %s: the steps, as they are printed", async (auth, database) => {
  const missing = (await missingPython()) ?? (await missingServer({ database }));
  if (missing !== undefined) throw new Error(missing);
  const name = `steps-${randomBytes(4).toString("hex")}`;
  const project = makeProject({ name, auth, database });
  const { planned, folder } = project;
  const environment = environments.borrow();
  const server = servers[database];
  const port = await freePort();
  const uv = (await findUv()) ?? "uv";
  const variables = project.environment({
    ...asOwner,
    PATH: [dirname(uv), process.env.PATH].join(delimiter),
    UV_PROJECT_ENVIRONMENT: environment,
    ADMIN_PASSWORD: randomBytes(18).toString("base64url"),
    PORT: String(port),
  });
  const text = readFileSync(join(folder, ".env"), "utf8");
  const [, password = ""] = /^DATABASE_URL=\S+?:\/\/[^:]+:([^@]+)@/m.exec(text) ?? [];
  const shell = { folder, variables, typed: server?.typed(password) ?? [] };
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  try {
    await runStep({ text: "", commands: ["uv sync --quiet"], stays: false }, shell);
    for (const step of nextSteps(planned.steps, name, ["uv", "run", "python"])) {
      if (step.commands.length === 0) continue;
      const output = await runStep(step, shell, step.stays ? isReady : undefined);
      expect(output).not.toContain("Traceback");
    }
  } finally {
    for (const [tool = "", ...words] of server?.remove(snakeCase(name)) ?? []) {
      spawnSync(tool, words, { env: variables });
    }
    environments.giveBack(environment);
    project.remove();
  }
});
