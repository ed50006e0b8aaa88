// Measures a rendered service against a bare application on the same query:
//   npm run bench:service
// Both run one worker on PostgreSQL and are loaded in turn, so that only ratios are compared.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import autocannon from "autocannon";
import { execa, type ResultPromise } from "execa";
import { findUv } from "../scripts/uv.ts";

const SERVER = process.env.TEST_DATABASE_URL ?? "postgresql://postgres@127.0.0.1:5432/postgres";
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const CONNECTIONS = 32;
const SIGN_INS = 30;
const PASSWORD = "a passphrase for the benchmark";
const EMAIL = "caller@example.com";

const folder = mkdtempSync(join(tmpdir(), "bench-service-"));
const database = `bench_${process.pid}`;
const url = Object.assign(new URL(SERVER), { pathname: `/${database}` }).href;
const ports = { service: 18_081, bare: 18_082 };
const base = {
  service: `http://127.0.0.1:${ports.service}`,
  bare: `http://127.0.0.1:${ports.bare}`,
};
const python = join(folder, ".venv/bin/python");

const run = (file: string, args: readonly string[], env: Record<string, string> = {}) =>
  execa(file, args, { cwd: folder, env, stdio: ["ignore", "ignore", "inherit"] });

const sql = (statement: string) =>
  run(python, [
    "-c",
    "import asyncio, asyncpg, sys\n" +
      "async def main():\n" +
      "    connection = await asyncpg.connect(sys.argv[1])\n" +
      "    await connection.execute(sys.argv[2])\n" +
      "    await connection.close()\n" +
      "asyncio.run(main())",
    SERVER,
    statement,
  ]);

/** Settings of production, but for limits that the load would reach. */
const settings: Record<string, string> = {
  ENVIRONMENT: "staging",
  DATABASE_URL: url,
  PORT: String(ports.service),
  LOG_FORMAT: "json",
  REQUIRE_EMAIL_VERIFICATION: "false",
  RATE_LIMIT_AUTH: "9999999/minute",
  RATE_LIMIT_DEFAULT: "9999999/minute",
};

const prepare = async (): Promise<void> => {
  const options = ["--database", "postgresql", "--auth", "jwt", "--state", "memory"];
  await execa("npm", ["run", "--silent", "render", "--", ...options, "--out", folder]);
  // Outside of development, the service reads no .env.
  const secrets = parseEnv(readFileSync(join(folder, ".env"), "utf8"));
  settings.SECRET_KEY = secrets.SECRET_KEY ?? "";
  settings.FIELD_ENCRYPTION_KEYS = secrets.FIELD_ENCRYPTION_KEYS ?? "";
  const uv = await findUv();
  if (uv === undefined) throw new Error("The benchmark needs Python 3.11 or newer.");
  await run(uv, ["sync", "--quiet"]);
  await sql(`CREATE DATABASE ${database}`);
  await run(python, ["-m", "app", "migrate"], settings);
  await run(python, ["-m", "app", "create-admin", "--email", EMAIL], {
    ...settings,
    ADMIN_PASSWORD: PASSWORD,
  });
};

const started: ResultPromise[] = [];

const start = async (args: readonly string[], env: Record<string, string>, health: string) => {
  const child = execa(python, args, { cwd: folder, env, stdio: ["ignore", "ignore", "inherit"] });
  child.catch(() => undefined);
  started.push(child);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    await sleep(100);
    const answered = await fetch(health).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
  }
  throw new Error(`${health} did not answer`);
};

const signIn = async (): Promise<string> => {
  const body = new URLSearchParams({
    grant_type: "password",
    username: EMAIL,
    password: PASSWORD,
  });
  const response = await fetch(`${base.service}/api/v1/auth/token`, { method: "POST", body });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`sign-in answered ${response.status}`);
  return token;
};

const load = async (target: string, headers: Record<string, string> = {}): Promise<number> => {
  const result = await autocannon({
    url: target,
    headers,
    connections: CONNECTIONS,
    duration: SECONDS,
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${target}: ${result.non2xx} answers were no 2xx, ${result.errors} errors`);
  }
  return result.requests.average;
};

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

type Pair = { readonly service: number; readonly bare: number; readonly ratio: number };

/** Loads both in turn, and takes the ratio of each round. */
const compare = async (
  service: () => Promise<number>,
  bare: () => Promise<number>,
): Promise<Pair> => {
  const rounds: Pair[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const pair = { service: await service(), bare: await bare() };
    rounds.push({ ...pair, ratio: pair.service / pair.bare });
  }
  return {
    service: median(rounds.map((pair) => pair.service)),
    bare: median(rounds.map((pair) => pair.bare)),
    ratio: median(rounds.map((pair) => pair.ratio)),
  };
};

/** Latencies of `/health/live`, in milliseconds, while `SIGN_INS` accounts sign in at once. */
const storm = async (): Promise<readonly number[]> => {
  const latencies: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    let busy = true;
    const signIns = Promise.all(Array.from({ length: SIGN_INS }, signIn)).finally(() => {
      busy = false;
    });
    while (busy) {
      const begun = performance.now();
      await fetch(`${base.service}/health/live`);
      latencies.push(performance.now() - begun);
      await sleep(10);
    }
    await signIns;
  }
  return latencies;
};

const main = async (): Promise<void> => {
  await prepare();
  await start(["-m", "app", "serve"], settings, `${base.service}/health/live`);
  const bareArgs = ["-m", "uvicorn", "bare:app", "--app-dir", resolve("bench")];
  bareArgs.push("--port", String(ports.bare), "--no-access-log", "--log-level", "warning");
  bareArgs.push("--loop", "uvloop", "--http", "httptools");
  await start(bareArgs, { DATABASE_URL: url, PYTHONPATH: folder }, `${base.bare}/health/live`);

  const headers = { authorization: `Bearer ${await signIn()}` };
  const me = await fetch(`${base.service}/api/v1/users/me`, { headers });
  const { id } = (await me.json()) as { id: string };

  const users = await compare(
    () => load(`${base.service}/api/v1/users/me`, headers),
    () => load(`${base.bare}/users/${id}`),
  );
  const health = await compare(
    () => load(`${base.service}/health/live`),
    () => load(`${base.bare}/health/live`),
  );
  const latency = await storm();
  const row = (name: string, pair: Pair, bar: string) =>
    `| ${name} | ${pair.service.toFixed(0)} | ${pair.bare.toFixed(0)} | ${pair.ratio.toFixed(2)} | ${bar} |`;
  process.stdout.write(
    [
      `Measured on ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}; medians of ${ROUNDS} rounds of ${SECONDS} s, ${CONNECTIONS} connections.`,
      "",
      "| what | service, requests/s | bare app, requests/s | ratio | bar |",
      "| --- | --- | --- | --- | --- |",
      row("`GET /users/me`, signed in", users, "0.80"),
      row("`GET /health/live`", health, "0.85"),
      "",
      `While ${SIGN_INS} sign-ins run at once, \`GET /health/live\` answers in ${median(latency).toFixed(0)} ms at the median, ${Math.max(...latency).toFixed(0)} ms at worst (bar: 200 ms at the median).`,
      "",
    ].join("\n"),
  );
};

try {
  await main();
} finally {
  for (const child of started) child.kill("SIGTERM");
  await Promise.allSettled(started);
  await sql(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`).catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
}
