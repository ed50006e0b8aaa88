import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { flagOf } from "../../src/options/flags.ts";
import { built, desk, readTree, runInTerminal, useDesk } from "./package.ts";

const hasPython = spawnSync("python3", ["--version"]).status === 0;
const ENTER = "\r";
const DOWN = "\u001B[B";
const CTRL_C = "\u0003";

useDesk();

/** The first choice of every option that these tests do not ask for, whichever there are. */
const others = catalogue.flatMap((option) =>
  option.kind === "choice" && !["environment", "database"].includes(option.id)
    ? [flagOf(option.id), option.choices[0]?.id ?? ""]
    : [],
);

const installer = (body: string) => {
  mkdirSync(join(desk.folder, ".bin"), { recursive: true });
  writeFileSync(
    join(desk.folder, ".bin/fixture-installer"),
    `#!/bin/sh\n[ "$1" = --version ] && echo 1.0 && exit 0\n${body}\n`,
    { mode: 0o755 },
  );
};

describe.skipIf(!hasPython)("in a terminal (needs Python)", () => {
  test("asks what was not given, and offers to install and to commit", async () => {
    installer("touch .installed");
    const { status, output } = await runInTerminal(
      built.cli,
      desk,
      ["--description", "Given", ...others],
      [
        { after: "What is the project called?", type: `my-shop${ENTER}` },
        { after: "Where will it run first?", type: DOWN + ENTER },
        { after: "Which database does it use?", type: ENTER },
        { after: "Install the dependencies", type: ENTER },
        { after: "first commit", type: DOWN + ENTER },
        { after: "Write it?", type: ENTER },
      ],
    );
    expect(status).toBe(0);
    expect(output).not.toContain("What does it do?");
    expect(output).toContain("--no-git --yes");
    const tree = readTree(join(desk.folder, "my-shop"));
    expect(tree).toHaveProperty([".installed"]);
    expect(tree["app/database.py"]).toContain("postgresql");
    expect(tree["pyproject.toml"]).toContain('"Given"');
  });

  test("a name whose folder is taken is asked for again", async () => {
    mkdirSync(join(desk.folder, "taken/x"), { recursive: true });
    const { status } = await runInTerminal(
      built.cli,
      desk,
      [...others, "--environment=development", "--database=sqlite", "--no-install", "--no-git"],
      [
        { after: "What is the project called?", type: `taken${ENTER}` },
        { after: "taken-api", type: `free-one${ENTER}` },
        { after: "What does it do?", type: ENTER },
        { after: "Write it?", type: ENTER },
      ],
    );
    expect(status).toBe(0);
    expect(readdirSync(desk.folder).sort()).toEqual(["free-one", "taken"]);
  });

  test.each([
    ["the first question", [{ after: "What is it written in?", type: CTRL_C }]],
    [
      "a later question",
      [
        { after: "What is it written in?", type: ENTER },
        { after: "What is the project called?", type: CTRL_C },
      ],
    ],
  ])("Ctrl-C at %s leaves nothing behind", async (_, script) => {
    const { status, output } = await runInTerminal(built.cli, desk, [], script);
    expect(status).toBe(130);
    expect(output).toContain("Interrupted. Nothing was written.");
    expect(output).not.toMatch(/^ +at /m);
    expect(readdirSync(desk.folder)).toEqual([]);
  });

  test("SIGTERM at a question leaves nothing behind", async () => {
    const { status, output } = await runInTerminal(
      built.cli,
      desk,
      [],
      [{ after: "What is it written in?", kill: "SIGTERM" }],
    );
    expect(status).toBe(143);
    expect(output).toContain("Nothing was written");
    expect(readdirSync(desk.folder)).toEqual([]);
  });

  test("Ctrl-C during the installation keeps the project and says so", async () => {
    installer("echo going; sleep 60");
    const { status, output } = await runInTerminal(
      built.cli,
      desk,
      ["my-api", "--yes"],
      [{ after: "fixture-installer sync", type: CTRL_C }],
    );
    expect(status).toBe(130);
    expect(output).toContain("The files of my-api are complete. Still to run:");
    for (const command of ["cd my-api", "fixture-installer sync", "git init", "git add --all"]) {
      expect(output.split("Interrupted.")[1]).toContain(`  ${command}\r\n`);
    }
    expect(readTree(join(desk.folder, "my-api"))).toHaveProperty([".yo-rc.json"]);
  });

  test.each([
    ["NO_COLOR", { NO_COLOR: "1" }],
    ["TERM=dumb", { TERM: "dumb" }],
  ])("%s: no colour", async (_, more) => {
    const { output } = await runInTerminal(
      built.cli,
      { ...desk, env: { ...desk.env, ...more } },
      ["my-api", "--yes", "--no-git"],
      [],
    );
    expect(output).toContain("Next:");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours begin with
    expect(output).not.toMatch(/\u001B\[\d+m/);
  });
});

test("SIGTERM during the installation ends what was started, too", async () => {
  installer("sleep 60 & echo $! > pid; wait");
  const child = spawn(process.execPath, [built.cli, "my-api", "--yes"], {
    cwd: desk.folder,
    env: desk.env,
  });
  const pidFile = join(desk.folder, "my-api/pid");
  await expect.poll(() => readTree(desk.folder)["my-api/pid"], { timeout: 10_000 }).toMatch(/\d/);
  const installing = Number(readTree(join(pidFile, "..")).pid);
  const status = new Promise((done) => child.on("exit", done));
  child.kill("SIGTERM");
  expect(await status).toBe(143);
  await expect.poll(() => isRunning(installing), { timeout: 10_000 }).toBe(false);
});

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
