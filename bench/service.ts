// Measures rendered services against bare applications with the same query:
//   npm run bench:service                       every stack, side by side
//   npm run bench:service -- --stack fastify    one of them
// Each runs one process on PostgreSQL and all are loaded in turn, so that only ratios are compared:
// of the processor's time that a request takes, which other work on the machine changes least.
import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, parseEnv } from "node:util";
import autocannon from "autocannon";
import { execa, execaSync, type ResultPromise } from "execa";
import { harnessOf } from "../test/rendered/harness.ts";
import { makeProject, type Project, type Variables } from "../test/rendered/project.ts";
import { openDatabase } from "../test/rendered/servers.ts";
import { type Yardstick, yardsticks } from "./yardsticks.ts";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
/** Until the compilers of the interpreter have seen the code. */
const WARM_UP_REQUESTS = 10_000;
const CONNECTIONS = 32;
const SIGN_INS = 30;
const FIRST_PORT = 18_081;
/** How many times as many requests for `me` the second stack answers as the first, at least. */
const BETWEEN_STACKS = 3;
const PASSWORD = "a passphrase for the benchmark";
const EMAIL = "caller@example.com";

/** Settings of production, but for limits that the load would reach. */
const SETTINGS: Variables = {
  ENVIRONMENT: "staging",
  LOG_FORMAT: "json",
  REQUIRE_EMAIL_VERIFICATION: "false",
  RATE_LIMIT_AUTH: "9999999/minute",
  RATE_LIMIT_DEFAULT: "9999999/minute",
};

type Process = { readonly base: string; readonly pid: number; readonly started: Cost };

/** Seconds, and seconds of the processor. */
type Cost = { readonly seconds: number; readonly processor: number };

/** A service and its bare application, running. */
type Pair = {
  readonly stack: string;
  readonly yardstick: Yardstick;
  readonly service: Process;
  readonly bare: Process;
  readonly headers: Readonly<Record<string, string>>;
  readonly userId: string;
};

const TICKS = Number(execaSync("getconf", ["CLK_TCK"]).stdout);

/** Returns how long a process has used the processor, in seconds. */
const processorTime = (pid: number): number => {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const [user, system] = fields.split(" ").slice(11, 13).map(Number);
  return ((user ?? 0) + (system ?? 0)) / TICKS;
};

const opened: (() => unknown)[] = [];

/** Starts a program, and waits for its first answer. */
const start = async (
  project: Project,
  [program, args]: readonly [string, readonly string[]],
  variables: Variables,
  port: number,
): Promise<Process> => {
  const base = `http://127.0.0.1:${port}`;
  const begun = performance.now();
  const child: ResultPromise = execa(program, args, {
    cwd: project.folder,
    env: project.environment(variables),
    extendEnv: false,
    stdio: ["ignore", "ignore", "inherit"],
  });
  child.catch(() => undefined);
  opened.push(async () => {
    child.kill("SIGTERM");
    await child.catch(() => undefined);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} did not start`);
  for (let attempt = 0; attempt < 3_000; attempt += 1) {
    const answered = await fetch(`${base}/health/live`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) {
      const seconds = (performance.now() - begun) / 1_000;
      return { base, pid, started: { seconds, processor: processorTime(pid) } };
    }
    await sleep(10);
  }
  throw new Error(`${base} did not answer`);
};

const signIn = async (base: string): Promise<string> => {
  const body = new URLSearchParams({
    grant_type: "password",
    username: EMAIL,
    password: PASSWORD,
  });
  const response = await fetch(`${base}/api/v1/auth/token`, { method: "POST", body });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`sign-in answered ${response.status}`);
  return token;
};

/** Installs a service of a stack, and starts it and its bare application. */
const open = async (stack: string, port: number): Promise<Pair> => {
  const yardstick = yardsticks[stack];
  if (yardstick === undefined) throw new Error(`no yardstick for stack=${stack}`);
  const project = makeProject({ stack, database: "postgresql", auth: "jwt", state: "memory" });
  opened.push(() => project.remove());
  const harness = harnessOf(project.selection);
  const missing = await harness.missing();
  if (missing !== undefined) throw new Error(`The benchmark cannot run: ${missing}.`);
  await harness.install(project);
  const database = await openDatabase(project);
  opened.push(() => database.remove());

  // Outside of development, the service reads no .env.
  const secrets = parseEnv(readFileSync(join(project.folder, ".env"), "utf8"));
  const settings = {
    ...SETTINGS,
    SECRET_KEY: secrets.SECRET_KEY ?? "",
    FIELD_ENCRYPTION_KEYS: secrets.FIELD_ENCRYPTION_KEYS ?? "",
    DATABASE_URL: database.url,
    PORT: String(port),
  };
  const command = (...args: readonly string[]) => harness.app(project, ...args);
  await project.run(...command("migrate"), { variables: settings });
  const variables = { ...settings, ADMIN_PASSWORD: PASSWORD };
  await project.run(...command("create-admin", "--email", EMAIL), { variables });

  const service = await start(project, command("serve"), settings, port);
  const { program, args, variables: others } = yardstick.bare(project, database.url, port + 1);
  const bare = await start(project, [program, args], others, port + 1);
  const headers = { authorization: `Bearer ${await signIn(service.base)}` };
  const me = await fetch(`${service.base}/api/v1/users/me`, { headers });
  const { id: userId } = (await me.json()) as { id: string };
  return { stack, yardstick, service, bare, headers, userId };
};

type Load = {
  readonly process: Process;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What a load came to: requests a second, and microseconds of the processor for each. */
type Measured = { readonly rate: number; readonly cost: number };

const load = async (
  { process: { base, pid }, path, headers = {} }: Load,
  until: { readonly duration: number } | { readonly amount: number },
): Promise<Measured> => {
  const before = processorTime(pid);
  const result = await autocannon({
    url: `${base}${path}`,
    headers,
    connections: CONNECTIONS,
    ...until,
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${path}: ${result.non2xx} answers were no 2xx, ${result.errors} errors`);
  }
  const cost = ((processorTime(pid) - before) * 1e6) / result.requests.total;
  return { rate: result.requests.average, cost };
};

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const medians = (all: readonly Measured[]): Measured => ({
  rate: median(all.map(({ rate }) => rate)),
  cost: median(all.map(({ cost }) => cost)),
});

type Compared = { readonly service: Measured; readonly bare: Measured; readonly ratio: number };

/** Loads the services and bare applications of all stacks in turn, and takes each round's ratio. */
const compare = async (
  pairs: readonly Pair[],
  loads: (pair: Pair) => readonly [service: Load, bare: Load],
): Promise<readonly Compared[]> => {
  const all = pairs.map(loads);
  for (const each of all.flat()) await load(each, { amount: WARM_UP_REQUESTS });
  const rounds: Compared[][] = pairs.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, [one, other]] of all.entries()) {
      const service = await load(one, { duration: SECONDS });
      const bare = await load(other, { duration: SECONDS });
      rounds[at]?.push({ service, bare, ratio: bare.cost / service.cost });
    }
  }
  return rounds.map((each) => ({
    service: medians(each.map(({ service }) => service)),
    bare: medians(each.map(({ bare }) => bare)),
    ratio: median(each.map(({ ratio }) => ratio)),
  }));
};

/** Latencies of `/health/live`, in milliseconds, while `SIGN_INS` accounts sign in at once. */
const storm = async ({ base }: Process): Promise<readonly number[]> => {
  const latencies: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    let busy = true;
    const signIns = Promise.all(Array.from({ length: SIGN_INS }, () => signIn(base))).finally(
      () => {
        busy = false;
      },
    );
    while (busy) {
      const begun = performance.now();
      await fetch(`${base}/health/live`);
      latencies.push(performance.now() - begun);
      await sleep(10);
    }
    await signIns;
  }
  return latencies;
};

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;

const rowOf = (
  { stack, yardstick }: Pair,
  what: string,
  { service, bare, ratio }: Compared,
  bar: keyof Yardstick["bars"],
): string =>
  row([
    stack,
    what,
    ...[service.rate, bare.rate, service.cost, bare.cost].map((value) => value.toFixed(0)),
    ratio.toFixed(2),
    yardstick.bars[bar].toFixed(2),
  ]);

const startOf = ({ stack, service, bare }: Pair): string =>
  `- ${stack}: ${service.started.seconds.toFixed(2)} s until the first answer ` +
  `(${service.started.processor.toFixed(2)} s of the processor), the bare application ` +
  `${bare.started.seconds.toFixed(2)} s (${bare.started.processor.toFixed(2)} s)`;

const report = async (pairs: readonly Pair[]): Promise<void> => {
  const users = await compare(pairs, ({ service, bare, headers, userId }) => [
    { process: service, path: "/api/v1/users/me", headers },
    { process: bare, path: `/users/${userId}` },
  ]);
  const health = await compare(pairs, ({ service, bare }) => [
    { process: service, path: "/health/live" },
    { process: bare, path: "/health/live" },
  ]);
  const lines = [
    `Measured on ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0]?.model}); medians of ${ROUNDS} rounds of ${SECONDS} s, ${CONNECTIONS} connections; the ratio is that of the processor's time for a request.`,
    "",
    row([
      ...["stack", "what", "service, requests/s", "bare, requests/s"],
      ...["service, µs", "bare, µs", "ratio", "bar"],
    ]),
    row(Array.from({ length: 8 }, () => "---")),
  ];
  for (const [at, pair] of pairs.entries()) {
    const [me, live] = [users[at], health[at]];
    if (me !== undefined) lines.push(rowOf(pair, "`GET /users/me`, signed in", me, "users"));
    if (live !== undefined) lines.push(rowOf(pair, "`GET /health/live`", live, "health"));
  }
  lines.push("", ...pairs.map(startOf));
  const [first, second] = users;
  if (first !== undefined && second !== undefined) {
    const times = first.service.cost / second.service.cost;
    const names = pairs.map(({ stack }) => stack);
    lines.push(
      `- \`me\` takes ${times.toFixed(1)} times as much of the processor with ${names[0]} as with ${names[1]} (bar: ${BETWEEN_STACKS})`,
    );
  }
  for (const { stack, service } of pairs) {
    const latencies = await storm(service);
    lines.push(
      `- ${stack}: while ${SIGN_INS} sign-ins run at once, \`GET /health/live\` answers in ${median(latencies).toFixed(0)} ms at the median, ${Math.max(...latencies).toFixed(0)} ms at worst (bar: 200 ms at the median)`,
    );
  }
  process.stdout.write(`${lines.join("\n")}\n`);
};

const { values } = parseArgs({ options: { stack: { type: "string" } } });
const stacks = values.stack === undefined ? Object.keys(yardsticks) : [values.stack];
if (!existsSync("/proc/self/stat")) throw new Error("The benchmark needs Linux.");
try {
  const pairs: Pair[] = [];
  for (const [at, stack] of stacks.entries()) pairs.push(await open(stack, FIRST_PORT + 2 * at));
  await report(pairs);
} finally {
  // A service ends before its database, which its project can drop.
  for (const close of opened.reverse()) await Promise.resolve(close()).catch(() => undefined);
}
