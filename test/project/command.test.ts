import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { againCommand, shellCommand } from "../../src/project/command.ts";

const throughShell = (words: readonly string[]): readonly string[] =>
  execFileSync("sh", ["-c", `printf '%s\\0' ${shellCommand(words)}`], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);

describe("shellCommand", () => {
  test("leaves plain words as they are", () => {
    expect(shellCommand(["uv", "run", "--email", "you@example.com", "./a/b"])).toBe(
      "uv run --email you@example.com ./a/b",
    );
  });

  test.each([
    "it's",
    "$(touch /tmp/x)",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell would expand
    "${HOME}",
    "`id`",
    "a b",
    '"quoted"',
    "a;b|c&d>e<f",
    "*?[x]",
    "~",
    "!x",
    "\\",
    "",
    "#",
    "<%= it %>",
    "été",
  ])("a shell reads %j back as it was", (word) => {
    expect(throughShell(["x", word, "y"])).toEqual(["x", word, "y"]);
  });
});

describe("againCommand", () => {
  const options = {
    name: "my-api",
    description: "A service",
    selection: { stack: "fastapi", database: "sqlite" },
  };

  test("states the directory and every answer, and asks nothing", () => {
    const run = { program: ["npx", "p@1.0.0"], directory: "../x", install: true, git: true };
    expect(againCommand(options, run).join(" ")).toBe(
      "npx p@1.0.0 ../x --name my-api --description A service --stack fastapi --database sqlite --yes",
    );
  });

  test("repeats what was declined", () => {
    const run = { program: ["npx", "p"], directory: "x", install: false, git: false };
    expect(againCommand(options, run).slice(-3)).toEqual(["--no-install", "--no-git", "--yes"]);
  });

  test("joins a value that begins with a hyphen to its flag", () => {
    const run = { program: ["npx", "p"], directory: "x", install: true, git: true };
    expect(againCommand({ ...options, description: "-- sharp" }, run)).toContain(
      "--description=-- sharp",
    );
  });
});
