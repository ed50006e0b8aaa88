import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { built, desk, readTree, runCli, runInTerminal, useDesk } from "./package.ts";

const BARE = ["--no-install", "--no-git"];
const hasPython = spawnSync("python3", ["--version"]).status === 0;
const PRESET = `name: acme
version: 1.2.3
organisation: Acme
defaults: {environment: staging}
locked:
  state: {choice: redis, reason: "Acme counts on all machines at once."}
allowed:
  auth: {choices: [jwt, oidc], reason: "Acme knows these two."}
required:
  description: Say what it does.
layers: layers
replaces: {run.sh: Acme runs things its own way.}
`;

useDesk();
beforeEach(() => {
  put("acme/preset.yaml", PRESET);
  put("acme/layers/fastapi/base/dot-github/CODEOWNERS", "* @acme\n");
  put("acme/layers/fastapi/base/run.sh", "#!/bin/sh\n# Acme's\n");
  put(
    "acme/layers/fastapi/base/layer.json",
    JSON.stringify({
      steps: [{ phase: "check", text: "Ask Acme.", run: [["acme-ask", "{{name}}"]] }],
    }),
  );
});

const path = (...parts: string[]) => join(desk.folder, ...parts);
const put = (file: string, text: string) => {
  mkdirSync(dirname(path(file)), { recursive: true });
  writeFileSync(path(file), text);
};
const run = (...args: readonly string[]) => runCli(built.cli, desk, args);
const make = (...args: readonly string[]) =>
  run("my-api", "--yes", "--preset=acme", "--description=Orders", ...BARE, ...args);
const record = (folder = "my-api") =>
  JSON.parse(readFileSync(path(folder, ".yo-rc.json"), "utf8"))["create-secure-api"];
const refused = ({ status, stderr }: ReturnType<typeof run>, ...messages: readonly string[]) => {
  for (const message of messages) expect(stderr).toContain(message);
  expect(stderr).not.toContain("bug");
  expect(status).toBe(2);
  expect(readdirSync(desk.folder)).not.toContain("my-api");
};

describe("--preset", () => {
  test("gives defaults, decisions, files and steps, and the record says whose they are", () => {
    const { status, stdout } = make();
    expect(status).toBe(0);
    expect(stdout).toContain("Made with acme 1.2.3 of Acme.");
    expect(stdout).toContain("acme 1.2.3 of Acme replaces run.sh: Acme runs things its own way.");
    expect(stdout).toContain("acme-ask my-api");
    expect(record()).toMatchObject({
      preset: { name: "acme", version: "1.2.3", hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      options: { environment: "staging", state: "redis" },
    });
    expect(readTree(path("my-api"))).toMatchObject({
      ".github/CODEOWNERS": "* @acme\n",
      "run.sh": "#!/bin/sh\n# Acme's\n",
    });
  });

  test("leaves no trace in a project without it", () => {
    run("my-api", "--yes", ...BARE);
    expect(record()).not.toHaveProperty("preset");
    for (const text of Object.values(readTree(path("my-api")))) expect(text).not.toMatch(/acme/i);
  });

  test("is told in JSON, and the command that does it again names it", () => {
    const told = JSON.parse(make("--json").stdout);
    expect(told.preset).toEqual({ from: "acme", ...record().preset });
    expect(told.again).toContain("--preset acme");
    expect(told.warnings).toEqual([expect.stringContaining("replaces run.sh")]);
    expect(JSON.parse(run("other", "--json", ...BARE).stdout).preset).toBeNull();
  });

  test("is a file, a folder or a package, by flag or for every run, to the same bytes", () => {
    mkdirSync(path("node_modules/@acme"), { recursive: true });
    symlinkSync(path("acme"), path("node_modules/@acme/preset"));
    make();
    const { ".env": _, ...tree } = readTree(path("my-api"));
    for (const named of ["acme/preset.yaml", path("acme"), "@acme/preset"]) {
      const args = ["my-api", "--yes", "--description=Orders", ...BARE];
      for (const [flags, env] of [
        [[`--preset=${named}`], {}],
        [[], { CREATE_SECURE_API_PRESET: named }],
      ] as const) {
        rmSync(path("my-api"), { recursive: true });
        const { status } = runCli(built.cli, desk, [...args, ...flags], env);
        expect(status).toBe(0);
        const { ".env": _secrets, ...other } = readTree(path("my-api"));
        expect(other).toEqual(tree);
      }
    }
  });

  test("by flag counts more than for every run, and an empty one is none", () => {
    const env = (named: string) => ({ CREATE_SECURE_API_PRESET: named });
    expect(runCli(built.cli, desk, ["a-api", "--yes", ...BARE], env("")).status).toBe(0);
    refused(runCli(built.cli, desk, ["my-api", "--yes", ...BARE], env("nowhere")), "nowhere: ");
    const args = ["b-api", "--yes", "--preset=acme", "--description=D", ...BARE];
    expect(runCli(built.cli, desk, args, env("nowhere")).status).toBe(0);
  });

  test("refuses what is decided otherwise, in its own words", () => {
    const words = [
      "--state: Acme counts on all machines at once.",
      "acme 1.2.3 of Acme allows redis.",
    ];
    refused(make("--state=memory"), ...words);
    refused(make("--auth=session"), "--auth: Acme knows these two.");
    put("answers.yaml", "state: memory\n");
    refused(make("--config=answers.yaml"), "answers.yaml: state: Acme counts on all machines");
    const { status, stdout } = make("--state=memory", "--json");
    expect(status).toBe(2);
    expect(JSON.parse(stdout).error).toEqual({
      code: "policy",
      field: "--state",
      message: "Acme counts on all machines at once.",
      hint: "acme 1.2.3 of Acme allows redis.",
    });
  });

  test("takes an answer that agrees", () => {
    expect(make("--state=redis", "--auth=oidc").status).toBe(0);
  });

  test("asks for what has to be answered", () => {
    refused(
      run("my-api", "--yes", "--preset=acme", ...BARE),
      "--description: Say what it does.",
      "acme 1.2.3 of Acme requires it: add --description.",
    );
  });

  test.each([
    ["no preset", () => put("acme/preset.yaml", "x"), "acme/preset.yaml: It holds no preset."],
    [
      "a slip",
      () => appendFileSync(path("acme/preset.yaml"), "lokced: {}\n"),
      "Did you mean locked?",
    ],
    [
      "a template",
      () => put("acme/layers/fastapi/base/x.ejs", "<% process.exit(0) %>"),
      "layers/fastapi/base/x.ejs: A template is code",
    ],
    [
      "a link out of it",
      () => symlinkSync("/etc/hosts", path("acme/layers/fastapi/base/hosts")),
      "It is a link.",
    ],
    [
      "a list-file of ours",
      () => put("acme/layers/fastapi/base/README.md", "mine"),
      "README.md is put together for each project",
    ],
    [
      "a stray setting",
      () => appendFileSync(path("acme/preset.yaml"), "settings: {PORT: {min: 1, reason: X.}}\n"),
      "settings.PORT: There is no such setting.",
    ],
    [
      "a broken layer",
      () => put("acme/layers/fastapi/base/layer.json", "{"),
      "acme/preset.yaml: layers/fastapi/base/layer.json",
    ],
    ["nothing", () => rmSync(path("acme"), { recursive: true }), "acme: There is no such file or"],
  ])("that holds %s is refused, with what, where and what to do", (_, change, message) => {
    change();
    refused(make(), message);
  });

  test("is reflected by schema", () => {
    const schema = JSON.parse(run("schema", "--preset=acme").stdout);
    expect(schema.properties.state.enum).toEqual(["redis"]);
    expect(schema.properties.auth.enum).toEqual(["jwt", "oidc"]);
    expect(schema.properties.environment.default).toBe("staging");
    expect(schema.required).toEqual(["description"]);
  });
});

describe("a plan with a preset", () => {
  const plan = () => {
    const { status, stderr } = make("--plan=plan.json");
    expect([status, stderr]).toEqual([0, ""]);
    return JSON.parse(readFileSync(path("plan.json"), "utf8"));
  };
  const apply = (...args: readonly string[]) => run("apply", "plan.json", ...BARE, ...args);

  test("names it and what it brings, and is applied to the same bytes", () => {
    const planned = plan();
    expect(planned.preset).toMatchObject({
      from: "acme",
      name: "acme",
      version: "1.2.3",
      replaces: { "run.sh": "Acme runs things its own way." },
    });
    expect(planned.files).toContainEqual(
      expect.objectContaining({ path: "run.sh", by: "acme/base" }),
    );
    expect(apply().status).toBe(0);
    const { ".env": _, ...tree } = readTree(path("my-api"));
    rmSync(path("my-api"), { recursive: true });
    make();
    const { ".env": _secrets, ...other } = readTree(path("my-api"));
    expect(other).toEqual(tree);
  });

  test("is refused when the preset has changed, is another one or is gone", () => {
    plan();
    appendFileSync(path("acme/layers/fastapi/base/run.sh"), "# more\n");
    refused(apply(), "The preset acme has been changed since.");
    put("acme/preset.yaml", PRESET.replace("1.2.3", "1.2.4"));
    refused(apply(), "It was made with acme 1.2.3, and would be applied with acme 1.2.4.");
    rmSync(path("acme"), { recursive: true });
    refused(apply(), "acme: There is no such file or folder");
  });

  test("without one is refused where one is asked for", () => {
    run("my-api", "--yes", "--plan=plan.json");
    refused(
      apply("--preset=acme"),
      "It was made without a preset, and would be applied with acme 1.2.3.",
    );
  });
});

test.skipIf(!hasPython)("questions show what is decided, and by whom (needs Python)", async () => {
  const answers = [
    "--environment=development",
    "--orm=sqlalchemy",
    "--database=sqlite",
    "--auth=oidc",
  ];
  const { status, output } = await runInTerminal(
    built.cli,
    desk,
    ["my-api", "--preset=acme", ...answers, ...BARE],
    [
      { after: "What does it do?", type: "\r" },
      { after: "Say what it does.", type: "Orders\r" },
      { after: "Write it?", type: "\r" },
    ],
  );
  expect(status).toBe(0);
  expect(output).toContain("Decided by acme 1.2.3 of Acme:");
  expect(output).toContain("✔ State: Redis. Acme counts on all machines at once.");
  expect(output).toMatch(/State +Redis \(decided by Acme\)/);
  expect(output).not.toContain("Where does it keep");
});

test.skipIf(!hasPython)(
  "a broken layer is told before anything is asked (needs Python)",
  async () => {
    put("acme/layers/fastapi/base/README.md", "mine");
    const { status, output } = await runInTerminal(
      built.cli,
      desk,
      ["my-api", "--preset=acme"],
      [],
    );
    expect(status).toBe(2);
    expect(output).toContain("README.md is put together for each project");
    expect(output).not.toContain("What does it do?");
  },
);
