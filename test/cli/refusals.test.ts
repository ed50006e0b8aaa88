import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildPackage, built, desk, runCli, useDesk } from "./package.ts";

useDesk();

const refused = (args: readonly string[]): string => {
  const before = readdirSync(desk.folder, { recursive: true });
  const { status, stdout, stderr } = runCli(built.cli, desk, args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(readdirSync(desk.folder, { recursive: true })).toEqual(before);
  return stderr;
};

describe("a name", () => {
  test.each(["My Api", "$(id)", "a'b", "../api", "/tmp/api", "con", "my-api\n", ""])(
    "%j is refused",
    (name) => {
      expect(refused(["--yes", `--name=${name}`])).toMatch(/^--name: /);
    },
  );

  test("that follows from the directory is judged in the same way", () => {
    expect(refused(["--yes", "work/My Api"])).toContain("--name");
  });

  test("is judged before the choices and the terminal", () => {
    expect(refused(["--name", "A", "--auth", "jwtt"])).toMatch(/^--name: /);
  });
});

test.each(["two\nlines", "\u001B[31m", "\u202Ereversed"])(
  "the description %j is refused",
  (description) => {
    expect(refused(["my-api", "--yes", "--description", description])).toMatch(/^--description: /);
  },
);

describe("a target", () => {
  test("that is not empty", () => {
    mkdirSync(join(desk.folder, "my-api"));
    writeFileSync(join(desk.folder, "my-api/notes.txt"), "");
    const advice = refused(["my-api", "--yes"]);
    expect(advice).toContain("my-api: This directory is not empty.");
    expect(advice).toContain("Use another directory");
    refused(["--name", "my-api", "--yes"]);
  });

  test("where the user stands, when it is not empty", () => {
    writeFileSync(join(desk.folder, "notes.txt"), "");
    expect(refused([".", "--name", "my-api", "--yes"])).toContain(
      ".: This directory is not empty.",
    );
  });

  test("that is a file, or a link to nothing", () => {
    writeFileSync(join(desk.folder, "my-api"), "");
    symlinkSync("nowhere", join(desk.folder, "my-link"));
    refused(["my-api", "--yes"]);
    refused(["my-link", "--yes"]);
  });

  test("below a file", () => {
    writeFileSync(join(desk.folder, "file"), "");
    refused(["file/my-api", "--yes"]);
  });
});

test("an empty directory", () => {
  expect(refused(["", "--yes"])).toContain("empty");
});

test("a directory that does not exist any more", () => {
  const gone = join(desk.folder, "gone");
  mkdirSync(gone);
  const words = `rmdir "$PWD" && exec '${process.execPath}' '${built.cli}' my-api --yes`;
  const { status, stderr } = spawnSync("sh", ["-c", words], {
    cwd: gone,
    env: desk.env,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([2, expect.stringContaining("does not exist any more")]);
});

test.each([
  ["a flag", ["my-api", "--yes", `--orm=${"x".repeat(5000)}`]],
  ["a name", ["--yes", `--name=${"x".repeat(5000)}`]],
  ["an unknown flag", ["--yes", `--${"x".repeat(5000)}`]],
  ["a directory", ["--yes", "x".repeat(5000)]],
  ["a missing value", ["--yes", "--orm", `--${"x".repeat(5000)}`]],
])("%s of 5,000 characters is not repeated whole", (_, args) => {
  expect(refused(args).length).toBeLessThan(800);
});

test.each([
  ["a choice", ["my-api", "--yes", "--orm=\u001B[2J\u0007\u202E\u009B31m"]],
  ["an unknown flag", ["--yes", "--\u001B[2J"]],
  ["a directory", ["--yes", "a\u001B[2J\u0007b"]],
  ["two directories", ["--yes", "a\u001B[2J", "b\u0007"]],
])("%s with control characters moves no terminal", (_, args) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not come out
  expect(refused(args)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
});

test("without a terminal and without --yes", () => {
  expect(refused(["my-api"])).toContain("--yes");
});

test("a bug of ours ends with 1, says so and shows where it is", () => {
  const broken = buildPackage();
  rmSync(join(dirname(broken.cli), "../templates/fastapi/stack.json"));
  const { status, stderr } = runCli(broken.cli, desk, ["my-api", "--yes"]);
  broken.remove();
  expect(status).toBe(1);
  expect(stderr).toContain("This is a bug in create-secure-api 9.9.9.");
  expect(stderr).toMatch(/^ +at /m);
  expect(readdirSync(desk.folder)).toEqual([]);
});
