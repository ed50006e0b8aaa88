import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Agent } from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { app, install } from "./fastapi.ts";
import { clientOf, expectStatus } from "./http.ts";
import { leftOut } from "./left-out.ts";
import { findNginx, HOST, type Nginx, PREFIX, startNginx } from "./nginx.ts";
import { post } from "./nginx-client.ts";
import { findPostgresql, findRedis, ownPostgresql, ownRedis } from "./outage/servers.ts";
import { makeProject, type Project, type Variables } from "./project.ts";
import { onPostgresql } from "./servers.ts";
import { freePort, type Process, type Service, startProcess, startService } from "./service.ts";

const SELECTION = {
  environment: "production",
  orm: "sqlalchemy",
  database: "postgresql",
  state: "redis",
  auth: "jwt",
  jobs: "taskiq",
} as const;
const CLIENTS = 12;
const PAUSE_MS = 100;
const REGISTER_EVERY_MS = 500;
const STEADY = "nothing is replaced";
const STEADY_MS = 3_000;
const AWAY_MS = 3_000;
/** How long after its return a server may still be missed. */
const RECOVERY_MS = 2_000;

/** A request of the load: when it was sent and answered, and with what. */
type Sent = {
  readonly what: "note" | "registration";
  readonly name: string;
  /** What was done when it was answered. */
  readonly phase: string;
  readonly from: number;
  readonly to: number;
  readonly status: number;
};
type Span = { readonly from: number; readonly to: number };

const cleanUps: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
}, 60_000);

const programs = () => {
  const [nginx, postgresql, redis] = [findNginx(), findPostgresql(), findRedis()];
  return nginx && postgresql && redis ? { nginx, postgresql, redis } : undefined;
};

test("two replicas and a worker lose nothing while each part is replaced", {
  timeout: 10 * 60_000,
}, async ({ skip }) => {
  const found = programs();
  const what = "nginx, PostgreSQL or Redis to start";
  const reason = await leftOut(SELECTION, what, found?.nginx, "outage");
  if (found === undefined || reason !== undefined) return skip(reason);
  const project = makeProject(SELECTION);
  cleanUps.push(project.remove);
  await install(project);
  const postgresql = await ownPostgresql(found.postgresql);
  cleanUps.push(postgresql.remove);
  const redis = await ownRedis(found.redis);
  cleanUps.push(redis.remove);

  const settings = await prepare(project, postgresql.port, redis.port);
  const ports = [await freePort(), await freePort()];
  const processes: Process[] = [];
  cleanUps.push(() => Promise.all(processes.map((process) => process.stop())));
  const serve = async (port: number | undefined): Promise<Service> => {
    const service = await startService(project, settings, port);
    processes.push(service);
    return service;
  };
  const work = (): Process => {
    const worker = startProcess(project, "work", settings);
    processes.push(worker);
    return worker;
  };
  const services = [await serve(ports[0]), await serve(ports[1])];
  let worker = work();
  const nginx = await startNginx(found.nginx, project, ports, 60);
  cleanUps.push(() => nginx.stop());
  const logs = () => processes.map((process) => process.output()).join("\n");

  const load = startLoad(nginx, await signIn(services[0]));
  await load.during(STEADY, () => sleep(STEADY_MS));
  await load.during("each replica and the worker are replaced", async () => {
    for (const [at, port] of ports.entries()) {
      expect(await services[at]?.stop()).toBe(0);
      services[at] = await serve(port);
    }
    expect(await worker.stop()).toBe(0);
    worker = work();
  });
  const away: Record<string, Span> = {};
  for (const [name, server] of Object.entries({ PostgreSQL: postgresql, Redis: redis })) {
    await load.during(`${name} restarts`, async () => {
      const from = performance.now();
      await server.stop();
      await sleep(AWAY_MS);
      await server.start();
      away[name] = { from, to: performance.now() + RECOVERY_MS };
      await sleep(RECOVERY_MS + STEADY_MS);
    });
  }
  const sent = await load.end();
  process.stdout.write(`${table(sent)}\n`);

  const [made = [], refused = []] = byOutcome(sent, "note");
  const outage = away.PostgreSQL ?? { from: 0, to: 0 };
  const unexplained = refused.filter(({ from, to }) => to < outage.from || from > outage.to);
  expect(unexplained, logs().slice(-5_000)).toEqual([]);
  expect([...new Set(refused.map(({ status }) => status))]).toEqual([503]);
  const kept = new Set<string>(
    JSON.parse(
      await onPostgresql(
        project,
        asAdministrator(postgresql.port),
        "SELECT json_agg(title) FROM notes",
      ),
    ),
  );
  expect(made.filter(({ name }) => !kept.has(name))).toEqual([]);
  // What was answered with an error, or not at all, may have been kept or not; nothing else is there.
  const known = new Set(sent.map(({ name }) => name));
  expect([...kept].filter((name) => !known.has(name))).toEqual([]);
  expect(kept.size).toBeLessThanOrEqual(made.length + refused.length);

  const [registered = []] = byOutcome(sent, "registration");
  await vi.waitFor(
    () => {
      const mails = mailsOf(project);
      const unsent = registered.filter(({ name }) => !mails.includes(`To: ${name}`));
      const told = logs().match(/"job\.refused"/g)?.length ?? 0;
      expect(unsent.length, logs().slice(-5_000)).toBe(told);
    },
    { timeout: 30_000, interval: 500 },
  );
  expect(logs()).not.toMatch(/job\.lost|Traceback/);
  for (const process of [...services, worker]) expect(await process.stop()).toBe(0);
});

/** Makes the database and its roles as the README says, and migrates as the owner. */
const prepare = async (
  project: Project,
  databasePort: number,
  redisPort: number,
): Promise<Variables> => {
  const password = randomBytes(18).toString("hex");
  const url = (role: string) => `postgresql://${role}:${password}@127.0.0.1:${databasePort}/my_api`;
  const settings = {
    DATABASE_URL: url("my_api"),
    REDIS_URL: `redis://127.0.0.1:${redisPort}/0`,
    ALLOWED_HOSTS: `${HOST},127.0.0.1`,
    ROOT_PATH: PREFIX,
    TRUSTED_PROXIES: "127.0.0.1",
    SHUTDOWN_DELAY_SECONDS: "5",
    RATE_LIMIT_DEFAULT: "10000/minute",
    RATE_LIMIT_AUTH: "1000/minute",
    MAIL_BACKEND: "file",
    MAIL_DIR: "mails",
  };
  const owner = { ...settings, MIGRATION_DATABASE_URL: url("my_api_owner") };
  await onPostgresql(project, asAdministrator(databasePort, "postgres"), "CREATE DATABASE my_api");
  const roles = await project.run(...app(project, "roles"), { variables: owner });
  const passwords = ["owner", "service"].map(
    (role) => `SET roles.${role}_password = '${password}';`,
  );
  await onPostgresql(project, asAdministrator(databasePort), [...passwords, roles].join("\n"));
  await project.run(...app(project, "migrate"), { variables: owner });
  return settings;
};

/** The database of a server, for its administrator. */
const asAdministrator = (port: number, database = "my_api"): string =>
  `postgresql://postgres@127.0.0.1:${port}/${database}`;

const signIn = async (service: Service | undefined): Promise<Readonly<Record<string, string>>> => {
  if (service === undefined) throw new Error("no service");
  const [username, password] = ["admin@example.com", "a passphrase for many notes"];
  await service.command(["create-admin", "--email", username], { ADMIN_PASSWORD: password });
  const client = clientOf(service.url, { "x-forwarded-proto": "https" });
  const form = new URLSearchParams({ grant_type: "password", username, password });
  const { access_token: token } = expectStatus(
    await client("POST", "/api/v1/auth/token", form),
    200,
  );
  return { authorization: `Bearer ${token}` };
};

/** Has clients make notes, and one of them register accounts, until it is told to end. */
const startLoad = (nginx: Nginx, headers: Readonly<Record<string, string>>) => {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS + 1 });
  const sent: Sent[] = [];
  let phase = STEADY;
  let isEnded = false;
  const send = async (what: Sent["what"], name: string): Promise<void> => {
    const [path, body] =
      what === "note"
        ? ["notes", { title: name }]
        : ["auth/register", { email: name, password: `a passphrase for ${name}` }];
    const from = performance.now();
    const { status } = await post(nginx, agent, `${PREFIX}/api/v1/${path}`, headers, body);
    sent.push({ what, name, phase, from, to: performance.now(), status });
  };
  const client = async (client: number) => {
    for (let number = 0; !isEnded; number += 1) {
      await send("note", `${client}-${number}`);
      await sleep(PAUSE_MS);
    }
  };
  const registrar = async () => {
    for (let number = 0; !isEnded; number += 1) {
      await send("registration", `caller-${number}@example.com`);
      await sleep(REGISTER_EVERY_MS);
    }
  };
  const clients = [registrar(), ...Array.from({ length: CLIENTS }, (_, number) => client(number))];
  return {
    during: async (name: string, work: () => Promise<unknown>): Promise<void> => {
      phase = name;
      await work();
    },
    end: async (): Promise<readonly Sent[]> => {
      isEnded = true;
      await Promise.all(clients);
      agent.destroy();
      return sent;
    },
  };
};

/** The requests of a kind that were confirmed, and those that were not. */
const byOutcome = (sent: readonly Sent[], what: Sent["what"]): readonly (readonly Sent[])[] => {
  const ofKind = sent.filter((one) => one.what === what);
  const isConfirmed = ({ status }: Sent) => status === (what === "note" ? 201 : 202);
  return [ofKind.filter(isConfirmed), ofKind.filter((one) => !isConfirmed(one))];
};

const mailsOf = (project: Project): string => {
  const folder = join(project.folder, "mails");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
};

/** What became of the notes, as Markdown: a row for each part of the run. */
const table = (sent: readonly Sent[]): string => {
  const rows = [...new Set(sent.map(({ phase }) => phase))].map((phase) => {
    const [made = [], refused = []] = byOutcome(
      sent.filter((one) => one.phase === phase),
      "note",
    );
    const slowest = Math.max(...made.map(({ from, to }) => to - from));
    return [phase, made.length, refused.length, `${Math.round(slowest)} ms`];
  });
  const head = ["while", "confirmed", "refused", "slowest confirmed"];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
};
