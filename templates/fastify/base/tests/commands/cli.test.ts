import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "../support/command.ts";
import { newDatabase } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { runProcess } from "../support/process.ts";

const NAMES = [
  "check-config",
  "create-admin",
  "migrate",
  "openapi",
  "purge",
  "reencrypt",
  "rotate-keys",
  "serve",
];

const linesOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .trim()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );

test("all commands are listed, and every one explains itself", async () => {
  const { code, stdout } = await runProcess(["--help"], {});
  assert.equal(code, 0);
  const listed = [...stdout.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, name = ""]) => name);
  assert.deepEqual(
    NAMES.filter((name) => !listed.includes(name)),
    [],
  );
  for (const name of listed) {
    const help = await run([name, "--help"], {});
    assert.equal(help.code, 0, name);
    assert.match(help.stdout, new RegExp(`^usage: node src/cli.ts ${name}`));
    assert.match(help.stdout, /Exit codes: 0 success/);
  }
});

test("what is no command is a usage error", async () => {
  for (const words of [[], ["fly"], ["serve", "--port", "1"], ["check-config", "extra"]]) {
    const { code, stdout, stderr } = await run(words, {});
    assert.deepEqual([code, stdout], [2, ""], words.join(" "));
    assert.notEqual(stderr, "");
  }
});

test("check config names every fault and no value", async () => {
  const variables = { ENVIRONMENT: "production", SECRET_KEY: "hunter2", PORT: "seventy" };
  const { code, stderr } = await runProcess(["check-config"], variables);
  assert.equal(code, 1);
  for (const name of [
    "SECRET_KEY",
    "PORT",
    "DATABASE_URL",
    "CORS_ORIGINS",
    "ALLOWED_HOSTS",
    "FIELD_ENCRYPTION_KEYS",
  ]) {
    assert.match(stderr, new RegExp(`^ {2}${name}: `, "m"));
  }
  assert.ok(!stderr.includes("hunter2") && !stderr.includes("seventy"));
});

test("a port that is taken is told without a trace", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  t.after(async () => {
    other.close();
  });
  const { port } = other.address() as AddressInfo;
  for (const HOST of ["127.0.0.1", "::"]) {
    const variables = { ...ENVIRONMENT, DATABASE_URL: database.url, HOST, PORT: String(port) };
    const { code, stderr } = await runProcess(["serve"], variables);
    assert.equal(code, 1);
    assert.deepEqual(stderr.trimEnd().split("\n").slice(1), [
      `  PORT: cannot listen on ${port} of HOST: address already in use; ` +
        "each process on a machine needs a port of its own",
    ]);
  }
});

test("check config says that all is well, and what is suspicious", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const variables = {
    ...ENVIRONMENT,
    DATABASE_URL: database.url,
    RATE_LIMIT_ENABLED: "false",
    MAX_BODY_BYTE: "1",
  };
  const { code, stdout } = await run(["check-config"], variables);
  assert.equal(code, 0);
  assert.match(stdout, /warning: MAX_BODY_BYTE is not a setting; did you mean MAX_BODY_BYTES\?/);
  assert.match(stdout, /warning: RATE_LIMIT_ENABLED is off/);
  assert.match(stdout, /The environment is valid for test\.$/m);
});

test("a fresh checkout is told what to copy", async () => {
  const { stderr } = await run(["migrate"], { ENVIRONMENT: "development" });
  assert.match(stderr, /copy \.env\.example to \.env/);
  const deployed = await run(["migrate"], { ENVIRONMENT: "staging" });
  assert.ok(!deployed.stderr.includes(".env.example"));
});

test("openapi prints the document and nothing else, and needs no environment", async () => {
  const { code, stdout, stderr } = await runProcess(["openapi"], {});
  assert.deepEqual([code, stderr], [0, ""]);
  assert.ok(JSON.parse(stdout).paths["/api/v1/users/me"]);
});

test("rotate keys puts fresh secrets before the present ones", async () => {
  const first = linesOf((await run(["rotate-keys"], {})).stdout);
  assert.equal(first["SECRET_KEY_FALLBACKS"], "");
  const second = linesOf(
    (await run(["rotate-keys"], { ...first, PORT: "wrong", SECRET_KEY_FALLBACKS: "" })).stdout,
  );
  assert.notEqual(second["SECRET_KEY"], first["SECRET_KEY"]);
  assert.equal(second["SECRET_KEY_FALLBACKS"], first["SECRET_KEY"]);
  assert.ok(second["FIELD_ENCRYPTION_KEYS"]?.endsWith(`,${first["FIELD_ENCRYPTION_KEYS"]}`));
});

test("rotate keys drops a secret that can be guessed, and reads secrets from files", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "keys-")), "secret");
  const { SECRET_KEY = "" } = ENVIRONMENT;
  await writeFile(path, `${SECRET_KEY}\n`);
  const { stdout } = await run(["rotate-keys"], {
    SECRET_KEY: "changeme",
    SECRET_KEY_FALLBACKS_FILE: path,
  });
  assert.equal(linesOf(stdout)["SECRET_KEY_FALLBACKS"], SECRET_KEY);
});

test("rotate keys says which secret no list can hold", async () => {
  for (const unfit of [",x", " "]) {
    const { code, stdout, stderr } = await run(["rotate-keys"], {
      SECRET_KEY: ENVIRONMENT["SECRET_KEY"] + unfit,
    });
    assert.deepEqual([code, linesOf(stdout)["SECRET_KEY_FALLBACKS"]], [0, ""]);
    assert.match(stderr, /SECRET_KEY_FALLBACKS cannot hold it/);
  }
});

test("rotate keys does not go on with keys that it cannot read", async () => {
  const { code, stdout, stderr } = await run(["rotate-keys"], { FIELD_ENCRYPTION_KEYS: "broken" });
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /FIELD_ENCRYPTION_KEYS: must be base64/);
});
