import { copyFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { harnessOf } from "../test/rendered/harness.ts";
import type { Project, Variables } from "../test/rendered/project.ts";

/** A command, and what its environment has beside the project's own. */
type Command = {
  readonly program: string;
  readonly args: readonly string[];
  readonly variables: Variables;
};

/** What the services of a stack are measured against. */
export type Yardstick = {
  /** A bare application of the same framework, with the same query and no security at all. */
  readonly bare: (project: Project, url: string, port: number) => Command;
  /** The parts of its requests a second that a service has to reach, at least. */
  readonly bars: { readonly users: number; readonly health: number };
};

/** Copies a bare application to where its packages are found, and leaves nothing in this folder. */
const copy = (project: Project, file: string): void =>
  copyFileSync(resolve("bench", file), join(project.folder, file));

/** The query of the service, with the same ORM and driver. */
const fastapi: Yardstick = {
  bare: (project, url, port) => {
    copy(project, "bare.py");
    return {
      program: join(project.folder, ".venv/bin/python"),
      args: [
        ...["-m", "uvicorn", "bare:app", "--port", String(port)],
        ...["--no-access-log", "--log-level", "warning", "--loop", "uvloop", "--http", "httptools"],
      ],
      variables: { DATABASE_URL: url },
    };
  },
  bars: { users: 0.8, health: 0.85 },
};

/** A named statement on the service's driver, without an ORM. */
const fastify: Yardstick = {
  bare: (project, url, port) => {
    copy(project, "bare.mjs");
    const [program] = harnessOf(project.selection).app(project);
    return { program, args: ["bare.mjs"], variables: { DATABASE_URL: url, PORT: String(port) } };
  },
  bars: { users: 0.6, health: 0.8 },
};

export const yardsticks: Readonly<Record<string, Yardstick>> = { fastapi, fastify };
