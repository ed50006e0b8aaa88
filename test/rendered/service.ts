import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { harnessOf } from "./harness.ts";
import type { Project, Variables } from "./project.ts";

/** A command of the service that runs until it is told to stop. */
export type Process = {
  /** What it has logged. */
  readonly output: () => string;
  readonly ended: () => boolean;
  /** Tells it to stop. Returns its exit code; null when it had to be killed. */
  readonly stop: () => Promise<number | null>;
};

/** A rendered service that answers. */
export type Service = Process & {
  readonly url: string;
  /** Runs another command of it, such as `create-admin`. */
  readonly command: (args: readonly string[], variables?: Variables) => Promise<string>;
};

const START_SECONDS = 60;
const STOP_SECONDS = 20;

const appOf = (project: Project, ...args: readonly string[]) =>
  harnessOf(project.selection).app(project, ...args);

/** Starts a command of the service's own command line. */
export const startProcess = (project: Project, command: string, variables: Variables): Process => {
  let output = "";
  const child = execa(...appOf(project, command), {
    cwd: project.folder,
    env: project.environment(variables),
    extendEnv: false,
    all: true,
    buffer: false,
    reject: false,
    stdin: "ignore",
    // It may finish what it began: patience is ours.
    forceKillAfterDelay: false,
  });
  child.all.on("data", (text) => {
    output += text;
  });
  return {
    output: () => output,
    ended: () => child.exitCode !== null || child.signalCode !== null,
    stop: async () => {
      child.kill("SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), STOP_SECONDS * 1000);
      const { exitCode } = await child;
      clearTimeout(patience);
      return exitCode ?? null;
    },
  };
};

/**
 * Starts the service on a port; on a free one where none is given.
 * @throws Error with what it printed, when it ends or does not get ready
 */
export const startService = async (
  project: Project,
  settings: Variables,
  port?: number,
): Promise<Service> => {
  port ??= await freePort();
  const url = `http://127.0.0.1:${port}`;
  const variables = { ...settings, PORT: String(port) };
  const service = startProcess(project, "serve", variables);
  const until = Date.now() + START_SECONDS * 1000;
  while (!service.ended() && Date.now() < until) {
    if (await isReady(url)) {
      const command = (args: readonly string[], more?: Variables) =>
        project.run(...appOf(project, ...args), { variables: { ...variables, ...more } });
      return { ...service, url, command };
    }
    await sleep(100);
  }
  await service.stop();
  const [program, words] = appOf(project, "serve");
  const line = [program, ...words].join(" ");
  throw new Error(`$ ${line}\n${service.output()}\n(did not get ready)`);
};

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** A port that nobody listens on. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" ? (address?.port ?? 0) : 0;
};
