import assert from "node:assert/strict";
import { test } from "node:test";
import { configureLogging, log } from "../src/logging.ts";
import { MAX_CHARACTERS, redact } from "../src/redaction.ts";
import type { Settings } from "../src/settings/index.ts";
import { Client } from "./support/client.ts";
import { type Line, startService } from "./support/service.ts";
import { CREDENTIAL_HEADERS, CREDENTIAL_START } from "./support/sign-in.ts";
import { signUp } from "./support/sign-up.ts";

const TOKEN = "Zk3vT9pQ1xW7mB5nL8rF2dH6jS4gY0cUaEZk3vT9pQ1";

const written = (settings: Partial<Settings>, work: () => void): string[] => {
  const lines: string[] = [];
  const valid = { logLevel: "debug", logFormat: "json", ...settings } as Settings;
  configureLogging(valid, { write: (line) => lines.push(line) });
  work();
  return lines;
};

const redacted = (text: unknown, name = "detail"): unknown => redact({ [name]: text })[name];

test("a request is one line with all its fields", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service, "admin");
  const before = service.lines.length;
  const started = performance.now();
  await client.get("/api/v1/users?limit=5", { headers: { "x-request-id": "abcdefgh" } });
  const passed = performance.now() - started;
  const [line, ...others] = service.lines
    .slice(before)
    .filter(({ channel }) => channel === "access");
  assert.equal(others.length, 0);
  const { time, duration_ms, ...rest } = line ?? {};
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  // It is rounded to a tenth.
  assert.ok(Number(duration_ms) > 0 && Number(duration_ms) < passed + 0.1);
  assert.deepEqual(rest, {
    level: "info",
    event: "request",
    channel: "access",
    request_id: "abcdefgh",
    client_address: "192.0.2.1",
    method: "GET",
    route: "/api/v1/users",
    status: 200,
    principal_id: user.id,
  });
});

test("what is no route is logged as it was called, short and clean", async (t) => {
  const { client, lines } = await startService(t);
  await client.get(`/nowhere/someone@example.com/${"x/".repeat(250)}?password=hunter2`);
  const line = lines.find(({ status }) => status === 404);
  assert.equal(line?.["route"], null);
  assert.ok(String(line?.["path"]).startsWith("/nowhere/[redacted]"));
  assert.match(String(line?.["path"]), /\/x\/\[cut\]$/);
  assert.ok(String(line?.["path"]).length <= 120);
  assert.ok(!JSON.stringify(lines).includes("hunter2"));
});

test("a path is cut where no half of a secret is left", async (t) => {
  const { client, lines } = await startService(t);
  for (const secret of ["Ab1-".repeat(11), "ann.smith@example.com", "ann.smith%40example.com"]) {
    for (let before = 40; before < 100; before++) {
      await client.get(`/${"x".repeat(before)}/${secret}/more`);
    }
  }
  assert.doesNotMatch(JSON.stringify(lines), /Ab1-Ab1-|ann\.s/);
});

test("a probe is logged if it fails", async (t) => {
  const { client, app, lines } = await startService(t);
  await client.get("/health/ready");
  await client.get("/health/live");
  assert.equal(lines.filter(({ channel }) => channel === "access").length, 0);
  app.stopping = true;
  await client.get("/health/ready");
  assert.equal(lines.filter(({ status }) => status === 503).length, 1);
});

test("the client address is logged as configured", async (t) => {
  const cases = new Map([
    ["full", ["192.0.2.77", "2001:db8:1:2:3::4"]],
    ["truncated", ["192.0.2.0/24", "2001:db8:1::/48"]],
    ["off", [undefined, undefined]],
  ]);
  for (const [LOG_CLIENT_ADDRESS, expected] of cases) {
    const { app, lines } = await startService(t, { LOG_CLIENT_ADDRESS });
    for (const address of ["192.0.2.77", "2001:db8:1:2:3::4"]) {
      await new Client(app, address).get("/nowhere");
    }
    const logged = lines
      .filter(({ status }) => status === 404)
      .map((line) => line["client_address"]);
    assert.deepEqual(logged, expected);
  }
});

test("a crash is logged on one line with its stack trace and no secrets", async (t) => {
  const { client, lines } = await startService(
    t,
    {},
    {
      routes: (app) => {
        app.get("/crash", async () => {
          const cause = new Error("Key (email)=(ann@example.com) already exists");
          throw Object.assign(new TypeError("failed", { cause }), { params: ["secret-of-a-row"] });
        });
      },
    },
  );
  await client.get("/crash");
  const crash = lines.find(({ event }) => event === "request.crashed");
  const text = String(crash?.["exception"]);
  assert.match(text, /^TypeError: failed\n {4}at .*logging\.test\.ts/);
  assert.match(text, /Caused by: Error: Key/);
  assert.ok(!text.includes("ann@example.com") && !text.includes("secret-of-a-row"));
});

test("secrets in text are replaced whoever writes them", () => {
  const secrets = [
    "ann@example.com",
    "ann@b\u00fccher.example",
    "j\u00f6rg%40example.com",
    "ann%40example.com",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "Bearer abc.def",
    "basic dXNlcjpwYXNz",
    "postgresql://user:hunter2@host/db",
    "/path?token=hunter2&x=1",
    "#access_token=hunter2",
    "?code=hunter2",
    TOKEN,
  ];
  for (const secret of secrets) {
    const cleaned = String(redacted(`before ${secret} after`));
    assert.ok(cleaned.includes("[redacted]"), secret);
    for (const part of ["ann", "j\u00f6", "hunter2", "eyJzdWI", "abc.def", "dXNlcjpw", TOKEN]) {
      assert.ok(!cleaned.includes(part), cleaned);
    }
    assert.ok(cleaned.startsWith("before ") && cleaned.endsWith(" after"));
    assert.deepEqual(redacted([`before ${secret} after`]), [cleaned]);
  }
});

test("values of secret names are replaced whatever they are", () => {
  for (const name of [
    "password",
    "new_password",
    "Authorization",
    "set-cookie",
    "x-api-key",
    "refresh_token",
    "csrf",
    "email",
    "e-mail",
    "secretKey",
    "digest",
  ]) {
    for (const value of ["x", 5, ["a"], { a: "b" }]) {
      const cleaned = redacted(value, name);
      assert.equal(cleaned, typeof value === "number" ? value : "[redacted]", name);
    }
    assert.deepEqual(redacted({ deep: { [name]: "x" } }), { deep: { [name]: "[redacted]" } });
  }
});

test("what is no secret is kept", () => {
  const texts = [
    "GET",
    "/api/v1/users/{user_id}",
    "01a21a05-d6c1-7337-8ffc-9e007ad1187f",
    "a sentence, with: marks",
    "?limit=5",
    "naïve 値",
  ];
  for (const text of texts) assert.equal(redacted(text), text);
  assert.equal(redacted("a".repeat(64), "request_id"), "a".repeat(64));
});

test("redaction takes linear time", () => {
  const units = [
    "a",
    "a@",
    "a.",
    "eyJ",
    "eyJ.",
    "bearer ",
    " ",
    "://a:",
    "?a",
    "?a=",
    "-",
    "@@",
    "basic\t",
  ];
  for (const unit of units) {
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
    const before = process.cpuUsage();
    for (let count = 0; count < 20; count++) redacted(text);
    const { user } = process.cpuUsage(before);
    assert.ok(user < 1_000_000, `${unit}: ${user} µs`);
  }
});

test("a long value is cut before it is searched, and leaves no half of a secret", () => {
  const text = `${"word ".repeat(398)}ann@example.com and more ${"x".repeat(5_000)}`;
  const cleaned = String(redacted(text));
  assert.ok(cleaned.length <= MAX_CHARACTERS && cleaned.endsWith("[cut]"));
  assert.ok(!cleaned.includes("ann"));
  assert.deepEqual(redacted(Array(1_000).fill("item")), Array(50).fill("item"));
});

test("no value can forge a log line", () => {
  const forged = 'a\n{"level":"info","event":"forged"}\r\u2028\u0085\u001b[2J';
  for (const logFormat of ["json", "console"] as const) {
    const lines = written({ logFormat }, () => {
      log.info({ event: forged, [forged]: forged, deep: { [forged]: [forged] } });
      log.info(forged);
      log.error(new Error(forged));
    });
    assert.equal(lines.length, 3);
    for (const line of lines) {
      const [first = "", ...rest] = line.trimEnd().split("\n");
      assert.ok(
        rest.every((each) => each.startsWith("    ")),
        line,
      );
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it looks for
      assert.ok(!/[\r\u2028\u0085]|\u001b\[2J/.test(first), JSON.stringify(first));
    }
  }
});

test("lines for people are redacted too", () => {
  const [line = ""] = written({ logFormat: "console" }, () =>
    log.info({ event: "x", password: "hunter2", to: "ann@example.com" }),
  );
  assert.ok(!line.includes("hunter2") && !line.includes("ann@"));
  assert.match(line, /^\d{4}-.* x .*\[redacted\]/);
});

test("messages of libraries are cleaned as everything else", () => {
  const lines = written({}, () => {
    log.info("mail to %s", "ann@example.com");
    log.warn({ a: 1 }, "sent with Bearer abc.def");
  });
  assert.ok(lines.every((line) => !/ann@|abc\.def/.test(line)));
  const [, second] = lines.map((line) => JSON.parse(line) as Line);
  assert.deepEqual([second?.["level"], second?.["a"]], ["warning", 1]);
});

test("the level bounds what is written", () => {
  const work = (): void => {
    log.debug({ event: "debug" });
    log.info({ event: "info" });
    log.warn({ event: "warning" });
    log.error({ event: "error" });
  };
  const levels = ["debug", "info", "warning", "error"] as const;
  for (const [index, logLevel] of levels.entries()) {
    const events = written({ logLevel }, work).map((line) => JSON.parse(line).event);
    assert.deepEqual(events, levels.slice(index));
  }
});

test("signing in and being refused leaves no credential in the log", async (t) => {
  const service = await startService(t, { LOG_LEVEL: "debug" });
  const { client, user } = await signUp(service);
  await client.get("/api/v1/users");
  await new Client(service.app).get("/api/v1/users/me", {
    headers: { [CREDENTIAL_HEADERS[0] ?? ""]: `${CREDENTIAL_START}${TOKEN}` },
  });
  const text = JSON.stringify(service.lines);
  assert.ok(service.lines.length >= 2);
  const secrets = [
    ...Object.values(client.headers).map((value) => value.replace(CREDENTIAL_START, "")),
    TOKEN,
    user.email,
  ];
  for (const secret of secrets) assert.ok(!text.includes(secret), secret);
});
