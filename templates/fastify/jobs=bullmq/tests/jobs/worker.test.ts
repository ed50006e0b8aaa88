/** Workers: they do each job, and lose none with a process of theirs or with Redis. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";
import { QUEUE } from "../../src/jobs/message.ts";
import { LIMITS, OFFERS, RETRIES } from "../../src/jobs/queue.ts";
import { JOBS } from "../../src/jobs/registry.ts";
import {
  ABANDONED,
  DRAINING,
  MOST_DELIVERIES,
  REST,
  SILENCE,
  work,
} from "../../src/jobs/worker.ts";
import type { Resources } from "../../src/resources.ts";
import { FieldCipher, KEY_ID_BYTES } from "../../src/security/encryption.ts";
import { EncryptionKey } from "../../src/settings/encryption-keys.ts";
import { SILENCE as SILENCE_OF_STATE } from "../../src/state/connection.ts";
import { makeUser } from "../support/factories.ts";
import { finishJobs, retryAtOnce, unfinishedJobs } from "../support/jobs.ts";
import { startMailServer } from "../support/mail-server.ts";
import { pathTo } from "../support/redis-path.ts";
import { needsRedis, startRedis, until } from "../support/redis-server.ts";
import { startService, type Variables } from "../support/service.ts";
import { startWorker } from "../support/worker.ts";

const JOB = "sendPasswordReset";
const ADDRESS = "ann@example.com";
const OTHER_ID = "01a1fe69-e124-7493-81fa-64500f1f9135";
const FIRST_PAUSE = RETRIES.firstMilliseconds;
const OFFER = OFFERS.milliseconds;

beforeEach(() => {
  retryAtOnce();
  DRAINING.milliseconds = 10_000;
  ABANDONED.milliseconds = 30_000;
  REST.milliseconds = 1_000;
  SILENCE.milliseconds = 15_000;
  SILENCE_OF_STATE.milliseconds = 5_000;
  LIMITS.capacity = 100_000;
  LIMITS.offered = 1_000;
  OFFERS.milliseconds = 0;
});

/** Starts a service whose jobs only note their arguments, and a look into its Redis. */
const start = async (t: TestContext, settings: Variables = {}) => {
  const service = await startService(t, settings);
  const { settings: valid } = service.resources;
  const redis = new Redis(valid.redisUrl.reveal());
  redis.on("error", () => {});
  t.after(() => redis.disconnect());
  const done: string[] = [];
  t.mock.method(JOBS, JOB, async (_: Resources, argument: string) => {
    done.push(argument.trim());
  });
  const keyOf = (name: string): string => `${valid.redisKeyPrefix}:${QUEUE}:${name}`;
  const unfinished = (): Promise<string[]> => unfinishedJobs(service.resources, redis);
  const lost = (): unknown[] =>
    service.lines.filter(({ event }) => event === "job.lost").map(({ reason }) => reason);
  return { ...service, jobs: service.resources.jobs, redis, done, keyOf, unfinished, lost };
};

/** Lets a worker work in this process. */
const working = (resources: Resources) => {
  const stop = new AbortController();
  const working = work(resources, stop.signal);
  return async (): Promise<void> => {
    stop.abort();
    await working;
  };
};

/** Hands jobs over until one of them is done. */
const untilDone = async (jobs: Resources["jobs"], done: readonly string[]): Promise<void> => {
  await until(async () => {
    await jobs.enqueue(JOB, "after");
    await jobs.join();
    return done.includes("after");
  });
};

test("a job stays in redis until it is done", async (t) => {
  const { resources, jobs, done, redis, keyOf, unfinished } = await start(t);
  await jobs.enqueue(JOB, "argument");
  const [id] = await unfinished();
  assert.deepEqual(done, []);
  await finishJobs(resources);
  assert.deepEqual(done, ["argument"]);
  assert.equal(await redis.exists(keyOf(String(id))), 0);
  assert.deepEqual([await redis.zcard(keyOf("completed")), await unfinished()], [0, []]);
});

test("no address can be read in redis", async (t) => {
  const { jobs, redis, keyOf, unfinished } = await start(t);
  await jobs.enqueue(JOB, ADDRESS);
  const [id] = await unfinished();
  const stored = await redis.hgetall(keyOf(String(id)));
  assert.equal(stored["name"], JOB);
  const sealed = Buffer.from(JSON.parse(String(stored["data"])), "base64").toString("latin1");
  assert.ok(!`${JSON.stringify(stored)}${sealed}`.includes("example"));
});

test("a forged job is not run", async (t) => {
  const { resources, jobs, redis, done, keyOf, unfinished, lost } = await start(t);
  await jobs.enqueue(JOB, ADDRESS);
  const [id = ""] = await unfinished();
  const stored = await redis.hgetall(keyOf(id));
  await redis.unlink(keyOf(id), keyOf("wait"));
  const add = async (key: string, changed: Record<string, string>): Promise<void> => {
    await redis.hset(keyOf(key), { ...stored, ...changed });
    await redis.lpush(keyOf("wait"), key);
  };
  // Moved to another id, given to another job, and of the attacker's own making.
  await add(OTHER_ID, {});
  await add(id, { name: "sendAccountDeleted" });
  const key = Buffer.from(JSON.parse(String(stored["data"])), "base64").subarray(0, KEY_ID_BYTES);
  const forged = Buffer.concat([key, Buffer.from(ADDRESS.repeat(4))]).toString("base64");
  await add(OTHER_ID.replace("01", "02"), { data: JSON.stringify(forged) });
  await finishJobs(resources);
  assert.deepEqual(done, []);
  assert.deepEqual(lost(), Array(3).fill("this service did not make it"));
});

test("a job whose key has not reached the worker is kept for one that it has", async (t) => {
  const { resources, jobs, done, lines, unfinished, lost } = await start(t);
  RETRIES.firstMilliseconds = 100;
  const cipher = new FieldCipher([new EncryptionKey(randomBytes(32))]);
  await jobs.enqueue(JOB, "argument");
  const stop = working({ ...resources, cipher });
  const failed = () => lines.filter(({ event }) => event === "job.failed");
  await until(() => failed().length >= 2);
  await stop();
  assert.equal((await unfinished()).length, 1);
  const { job, attempt, error } = failed()[1] ?? {};
  assert.deepEqual([job, attempt, error], [JOB, 2, "UnknownKeyError"]);
  await finishJobs(resources);
  assert.deepEqual([done, lost()], [["argument"], []]);
});

test("a job whose key nobody has is dropped, however often it is to be tried", async (t) => {
  const { resources, redis, keyOf, lines, lost } = await start(t);
  const data = JSON.stringify(randomBytes(64).toString("base64"));
  const opts = JSON.stringify({ attempts: 1_000_000 });
  const fixed = { name: JOB, timestamp: "0", delay: "0", priority: "0" };
  await redis.hset(keyOf(OTHER_ID), { ...fixed, data, opts });
  await redis.lpush(keyOf("wait"), OTHER_ID);
  await finishJobs(resources);
  assert.equal(lines.filter(({ event }) => event === "job.failed").length, RETRIES.attempts - 1);
  assert.deepEqual(lost(), ["its key is unknown"]);
});

test("an invalid entry is dropped and blocks no other", async (t) => {
  const { resources, jobs, redis, done, keyOf, lost } = await start(t);
  const valid = { name: JOB, data: '"x"', opts: "{}", timestamp: "0", delay: "0", priority: "0" };
  const poison: Record<string, string>[] = [
    { name: "another" },
    { name: "constructor" },
    { data: "{}" },
    { data: `"${"x".repeat(65_537)}"` },
    { data: `${"[".repeat(100_000)}${"]".repeat(100_000)}` },
    { data: "not JSON" },
    { data: "[" },
    { opts: "not JSON" },
    { opts: "null" },
    { progress: "not JSON" },
  ];
  for (const [number, changed] of poison.entries()) {
    const id = OTHER_ID.replace("01", `1${number}`);
    await redis.hset(keyOf(id), { ...valid, ...changed });
    await redis.lpush(keyOf("wait"), id);
  }
  await redis.hset(keyOf("no-id"), valid);
  await redis.set(keyOf("no-hash"), "x");
  await redis.lpush(keyOf("wait"), "no-id", "no-hash", "nowhere");
  await jobs.enqueue(JOB, ADDRESS);
  await finishJobs(resources);
  assert.deepEqual(done, [ADDRESS]);
  assert.deepEqual(lost(), Array(poison.length + 3).fill("it cannot be read"));
});

test("a redis that hands out no job is asked again after a rest, until it does", async (t) => {
  const { resources, jobs, redis, done, keyOf, lines } = await start(t);
  REST.milliseconds = 200;
  await jobs.enqueue(JOB, "argument");
  await until(async () => (await redis.llen(keyOf("wait"))) === 1);
  // A list that is a text cannot be read, as nothing can be in a Redis without memory or rights.
  await redis.rename(keyOf("wait"), keyOf("aside"));
  await redis.set(keyOf("wait"), "");
  const end = working(resources);
  await setTimeout(900);
  const failures = lines.filter(({ event }) => event === "queue.failed");
  assert.ok(failures.length >= 2 && failures.length <= 5, String(failures.length));
  assert.deepEqual(failures[0]?.["reply"], "WRONGTYPE");
  await redis.rename(keyOf("aside"), keyOf("wait"));
  await until(() => done.length === 1);
  await end();
});

test("a job that crashes workers is dropped", async (t) => {
  const { resources, jobs, redis, done, keyOf, unfinished, lost } = await start(t);
  ABANDONED.milliseconds = 100;
  await jobs.enqueue(JOB, "deadly");
  const [id = ""] = await unfinished();
  // As workers leave it that died before it was done.
  await redis.hset(keyOf(id), { stc: MOST_DELIVERIES - 1 });
  await redis.lmove(keyOf("wait"), keyOf("active"), "RIGHT", "LEFT");
  await jobs.enqueue(JOB, "harmless");
  await finishJobs(resources);
  assert.deepEqual(done, ["harmless"]);
  assert.deepEqual(lost(), ["every worker that took it ended"]);
});

test("without redis a job is refused without waiting and logged", needsRedis, async (t) => {
  const server = await startRedis(t);
  const { jobs, lines } = await start(t, { REDIS_URL: server.url });
  const refused = () =>
    lines
      .filter(({ event }) => event === "job.refused")
      .map(({ job, level, reason }) => [job, level, reason]);
  await server.kill();
  const begun = performance.now();
  await jobs.enqueue(JOB, ADDRESS);
  assert.ok(performance.now() - begun < 100);
  await jobs.join();
  assert.deepEqual(refused(), [[JOB, "error", "Redis did not answer"]]);
  await server.start();
  server.freeze();
  await jobs.enqueue(JOB, ADDRESS);
  await jobs.join();
  assert.equal(refused().length, 2);
  assert.ok(performance.now() - begun < 5_000);
  assert.ok(!JSON.stringify(lines).includes(ADDRESS));
});

test("jobs are taken again when redis is back", needsRedis, async (t) => {
  const server = await startRedis(t);
  await server.kill();
  const { resources, jobs, done, lines } = await start(t, { REDIS_URL: server.url });
  await jobs.enqueue(JOB, "refused");
  await server.start();
  const events = () => lines.filter(({ event }) => event === "job.refused").length;
  for (let before = -1; before < events(); await setTimeout(50)) {
    before = events();
    await jobs.enqueue(JOB, "later");
    await jobs.join();
  }
  await finishJobs(resources);
  assert.deepEqual(done, ["later"]);
});

test("a full queue refuses jobs and logs it", async (t) => {
  const { jobs, lines, unfinished } = await start(t);
  LIMITS.capacity = 2;
  for (let number = 0; number < 3; number++) {
    await jobs.enqueue(JOB, "x");
    await jobs.join();
  }
  assert.equal((await unfinished()).length, 2);
  assert.deepEqual(
    lines.filter(({ event }) => event === "job.refused").map(({ reason }) => reason),
    ["the queue is full"],
  );
});

test("an argument that no worker would take is refused", async (t) => {
  const { jobs, lines, unfinished } = await start(t);
  await jobs.enqueue(JOB, "x".repeat(65_536));
  assert.deepEqual(await unfinished(), []);
  assert.deepEqual(
    lines.filter(({ event }) => event === "job.refused").map(({ reason }) => reason),
    ["its argument is too long"],
  );
});

test("a job that a full redis refuses is logged as that", needsRedis, async (t) => {
  const server = await startRedis(t);
  const { jobs, redis, lines } = await start(t, { REDIS_URL: server.url });
  await redis.config("SET", "maxmemory", "1");
  await jobs.enqueue(JOB, ADDRESS);
  await jobs.join();
  const [refused] = lines.filter(({ event }) => event === "job.refused");
  assert.deepEqual([refused?.["reason"], refused?.["reply"]], ["Redis refuses it", "OOM"]);
});

test("a job that has succeeded while redis was full is not done again", needsRedis, async (t) => {
  ABANDONED.milliseconds = 300;
  const server = await startRedis(t);
  const { resources, jobs, redis, keyOf, lost } = await start(t, { REDIS_URL: server.url });
  const slow = t.mock.method(JOBS, "sendAccountDeleted", async () => {
    await redis.config("SET", "maxmemory", "1");
    // Longer than the worker may keep it without a word to Redis, which takes none.
    await setTimeout(900);
  });
  await jobs.enqueue("sendAccountDeleted", "argument");
  const stop = working(resources);
  const active = () => redis.llen(keyOf("active"));
  await until(() => slow.mock.callCount() === 1);
  await setTimeout(1_200);
  assert.equal(await active(), 1);
  await redis.config("SET", "maxmemory", "0");
  await until(async () => (await active()) + (await redis.llen(keyOf("wait"))) === 0);
  await stop();
  assert.deepEqual([slow.mock.callCount(), lost()], [1, []]);
});

test("what a shutdown cannot wait for is done by the next worker", async (t) => {
  const { resources, jobs, done, unfinished, lost } = await start(t);
  ABANDONED.milliseconds = 300;
  DRAINING.milliseconds = 50;
  const begun = Promise.withResolvers<void>();
  const hanging = t.mock.method(JOBS, "sendAccountDeleted", () => {
    begun.resolve();
    return new Promise<void>(() => {});
  });
  await jobs.enqueue("sendAccountDeleted", "argument");
  const stop = working(resources);
  await begun.promise;
  await stop();
  assert.equal((await unfinished()).length, 1);
  hanging.mock.mockImplementation(async (_: Resources, argument: string) => {
    done.push(argument.trim());
  });
  await finishJobs(resources);
  assert.deepEqual(done, ["argument"]);
  assert.deepEqual(lost(), []);
});

test("a job that fails is tried again after longer and longer pauses", async (t) => {
  assert.equal(FIRST_PAUSE, 1_000);
  const { resources, jobs, redis, keyOf, unfinished, lost } = await start(t);
  RETRIES.firstMilliseconds = 100;
  const begun: number[] = [];
  const kept: string[] = [];
  t.mock.method(JOBS, "sendAccountDeleted", async (_: Resources, argument: string) => {
    const [id = ""] = await unfinished();
    kept.push(JSON.stringify(await redis.hgetall(keyOf(id))));
    if (begun.push(performance.now()) < 4) throw new Error(`no mail to ${argument}`);
  });
  await jobs.enqueue("sendAccountDeleted", ADDRESS);
  await finishJobs(resources);
  const pauses = begun.slice(1).map((moment, before) => moment - (begun[before] ?? 0));
  assert.deepEqual(
    [100, 200, 400].map((expected, index) => (pauses[index] ?? 0) >= expected - 5),
    [true, true, true],
    String(pauses),
  );
  assert.equal(begun.length, 4);
  assert.ok(!kept.join("").includes("example"));
  assert.deepEqual(lost(), []);
});

test("a job that always fails is tried for two hours, dropped and logged", async (t) => {
  const { resources, jobs, lines, redis, keyOf, unfinished } = await start(t);
  const pauses = Array.from(
    { length: RETRIES.attempts - 1 },
    (_, index) => FIRST_PAUSE * 2 ** index,
  );
  assert.ok(pauses.reduce((sum, pause) => sum + pause) > 2 * 3_600_000);
  const failing = t.mock.method(JOBS, "sendAccountDeleted", async () => {
    throw new Error("no");
  });
  await jobs.enqueue("sendAccountDeleted", ADDRESS);
  await finishJobs(resources);
  assert.equal(failing.mock.callCount(), RETRIES.attempts);
  const said = lines.filter(({ event }) => event === "job.failed" || event === "job.lost");
  assert.deepEqual(
    said.map(({ event, job, attempt, reason }) => [event, job, attempt ?? reason]),
    [
      ...pauses.map((_, index) => ["job.failed", "sendAccountDeleted", index + 1]),
      ["job.failed", "sendAccountDeleted", RETRIES.attempts],
      ["job.lost", "sendAccountDeleted", "it failed every time"],
    ],
  );
  assert.deepEqual([await redis.zcard(keyOf("failed")), await unfinished()], [0, []]);
});

test("a job that is to be tried again holds no worker up, and is left to the next", async (t) => {
  const { resources, jobs, unfinished, lost } = await start(t);
  RETRIES.firstMilliseconds = 1_000;
  const failing = t.mock.method(JOBS, "sendAccountDeleted", async () => {
    throw new Error("no");
  });
  await jobs.enqueue("sendAccountDeleted", "argument");
  const stop = working(resources);
  await until(() => failing.mock.callCount() > 0);
  const begun = performance.now();
  await stop();
  assert.ok(performance.now() - begun < 500);
  assert.equal((await unfinished()).length, 1);
  failing.mock.mockImplementation(async () => {});
  await finishJobs(resources);
  assert.deepEqual([failing.mock.callCount(), lost()], [2, []]);
});

test("a worker outlives redis, and ends without it", needsRedis, async (t) => {
  const server = await startRedis(t);
  const { resources, jobs, done, lines } = await start(t, { REDIS_URL: server.url });
  const stop = working(resources);
  await jobs.enqueue(JOB, "before");
  await until(() => done.length === 1);
  await server.kill();
  await setTimeout(500);
  await server.start();
  await until(() => lines.some(({ event }) => event === "queue.recovered"));
  await untilDone(jobs, done);
  const events = lines.map(({ event }) => event);
  assert.equal(events.filter((event) => event === "queue.lost").length, 1);
  await server.kill();
  DRAINING.milliseconds = 100;
  await stop();
});

test("no job is lost with a primary that has become a replica", needsRedis, async (t) => {
  OFFERS.milliseconds = OFFER;
  REST.milliseconds = 100;
  const [former, next] = [await startRedis(t), await startRedis(t)];
  const path = await pathTo(t, former.port);
  const { resources, jobs, done } = await start(t, { REDIS_URL: path.url });
  const stop = working(resources);
  await jobs.enqueue(JOB, "before");
  await until(() => done.length === 1);
  await former.demote();
  path.leadTo(next.port);
  await jobs.enqueue(JOB, "after");
  await until(() => done.length === 2);
  await stop();
});

test("no job is lost with connections that have gone silent", needsRedis, async (t) => {
  // As long as a connection may be silent, with room to replace it.
  assert.ok(OFFER >= 2 * SILENCE_OF_STATE.milliseconds);
  OFFERS.milliseconds = OFFER;
  SILENCE.milliseconds = 1_000;
  SILENCE_OF_STATE.milliseconds = 600;
  const path = await pathTo(t, (await startRedis(t)).port);
  const { resources, jobs, done } = await start(t, { REDIS_URL: path.url });
  const stop = working(resources);
  await jobs.enqueue(JOB, "before");
  await until(() => done.length === 1);
  path.silence();
  await jobs.enqueue(JOB, "after");
  await until(() => done.length === 2);
  await stop();
});

test("a service that stops waits for no redis", needsRedis, async (t) => {
  OFFERS.milliseconds = OFFER;
  const server = await startRedis(t);
  const { app, jobs, lines } = await start(t, { REDIS_URL: server.url });
  await server.kill();
  await jobs.enqueue(JOB, ADDRESS);
  const begun = performance.now();
  await app.close();
  assert.ok(performance.now() - begun < 3_000);
  assert.equal(lines.filter(({ event }) => event === "job.refused").length, 1);
});

test("only so many jobs wait for a redis that takes them", needsRedis, async (t) => {
  OFFERS.milliseconds = 2_000;
  LIMITS.offered = 2;
  const server = await startRedis(t);
  const { jobs, lines } = await start(t, { REDIS_URL: server.url });
  await server.kill();
  for (let number = 0; number < 5; number++) await jobs.enqueue(JOB, "x");
  await setTimeout(1_000);
  const refused = lines.filter(({ event }) => event === "job.refused").length;
  assert.equal(refused, 3);
});

const PLAIN = { disabledCommands: ["STARTTLS"] };

const smtp = (port: number): Variables => ({
  MAIL_BACKEND: "smtp",
  SMTP_URL: `smtp://127.0.0.1:${port}`,
});

const mailDirectory = async (t: TestContext): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "mail-"));
  t.after(() => rm(directory, { recursive: true }));
  return directory;
};

const mailsIn = async (directory: string): Promise<string[]> => {
  const names = await readdir(directory);
  return Promise.all(names.map((name) => readFile(join(directory, name), "utf8")));
};

test("a worker process sends the mail, and ends with 0 after a signal", async (t) => {
  const { resources, jobs, unfinished } = await start(t);
  const user = await makeUser(resources, { email: ADDRESS });
  const directory = await mailDirectory(t);
  const child = startWorker(t, resources, { MAIL_BACKEND: "file", MAIL_DIR: directory });
  await jobs.enqueue(JOB, user.email);
  await until(async () => (await unfinished()).length === 0);
  const [mail] = await mailsIn(directory);
  assert.ok(mail?.includes(ADDRESS));
  child.kill("SIGTERM");
  assert.deepEqual(await once(child, "exit"), [0, null]);
});

test("a job of a worker that was killed is done by another", async (t) => {
  const { resources, jobs, unfinished } = await start(t);
  const user = await makeUser(resources, { email: ADDRESS });
  const connected = Promise.withResolvers<void>();
  const silent = await startMailServer(t, { ...PLAIN, onConnect: () => connected.resolve() });
  const slow = startWorker(t, resources, { ...smtp(silent.port), TEST_ABANDONED: "1000" });
  await jobs.enqueue(JOB, user.email);
  await connected.promise;
  slow.kill("SIGKILL");
  await once(slow, "exit");
  assert.equal((await unfinished()).length, 1);
  const directory = await mailDirectory(t);
  const mail = { MAIL_BACKEND: "file", MAIL_DIR: directory };
  startWorker(t, resources, { ...mail, TEST_ABANDONED: "1000" });
  await until(async () => (await unfinished()).length === 0);
  assert.equal((await mailsIn(directory)).length, 1);
});

test("a worker that is told to stop finishes its job", async (t) => {
  const { resources, jobs, unfinished } = await start(t);
  const user = await makeUser(resources, { email: ADDRESS });
  const begun = Promise.withResolvers<void>();
  const server = await startMailServer(t, {
    ...PLAIN,
    onRcptTo: async (_address, _session, accept) => {
      begun.resolve();
      await setTimeout(1_000);
      accept();
    },
  });
  const child = startWorker(t, resources, smtp(server.port));
  await jobs.enqueue(JOB, user.email);
  await begun.promise;
  child.kill("SIGTERM");
  assert.deepEqual(await once(child, "exit"), [0, null]);
  assert.equal(server.mails.length, 1);
  assert.deepEqual(await unfinished(), []);
});
