import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { built, desk, readTree, runCli, useDesk } from "./package.ts";

useDesk();

const path = (...parts: string[]) => join(desk.folder, ...parts);
const run = (...args: readonly string[]) => runCli(built.cli, desk, args);
const check = (...args: readonly string[]) => run("check", "my-api", ...args);
const FILE = "app/__init__.py";
const RECORD = ".yo-rc.json";

beforeEach(() => {
  expect(run("my-api", "--yes", "--no-install", "--no-git").status).toBe(0);
});

describe("check", () => {
  test("says in a line that nothing is wrong", () => {
    const { status, stdout, stderr } = check();
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toBe("my-api: nothing is missing, weakened or known to be at fault.\n");
  });

  test("changes nothing in the project", () => {
    const before = readTree(path("my-api"));
    check("--json", "--sarif=check.sarif");
    expect(readTree(path("my-api"))).toEqual(before);
  });

  test("looks at the current directory without another", () => {
    const there = { ...desk, folder: path("my-api") };
    expect(runCli(built.cli, there, ["check"]).stdout).toMatch(/^\.: nothing is missing/);
  });

  test("lists edited files, which count where that is asked for", () => {
    appendFileSync(path("my-api", FILE), "# ours\n");
    const { status, stdout } = check();
    expect(status).toBe(0);
    expect(stdout).toContain(`Edited (does not count):\n  ${FILE}\n`);
    expect(check("--edited").status).toBe(8);
  });

  test("counts missing files, unless it is told not to", () => {
    rmSync(path("my-api", FILE));
    const { status, stdout } = check();
    expect(status).toBe(16);
    expect(stdout).toBe(`Missing:\n  ${FILE}\n`);
    expect(check("--no-missing").status).toBe(0);
    appendFileSync(path("my-api", "README.md"), "ours\n");
    expect(check("--edited").status).toBe(24);
    expect(check("--quiet")).toMatchObject({ status: 16, stdout: "", stderr: "" });
  });

  test("takes a waiver, and tells when it is none", () => {
    rmSync(path("my-api", FILE));
    const waiver = {
      id: "W-1",
      of: `missing:${FILE}`,
      owner: "team@example.com",
      reason: "It is empty.",
      expires: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10),
    };
    const waive = (changed: object) =>
      writeFileSync(
        path("my-api/security-waivers.json"),
        JSON.stringify({ waivers: [{ ...waiver, ...changed }] }),
      );
    waive({});
    const { status, stdout } = check();
    expect(status).toBe(0);
    expect(stdout).toContain("Waived: 1 of 1 findings.");
    waive({ expires: "2020-01-01" });
    const expired = check();
    expect(expired.status).toBe(16);
    expect(expired.stdout).toContain("It expired on 2020-01-01.");
  });
});

describe("--json", () => {
  test("prints one object, with a list for each verdict", () => {
    rmSync(path("my-api", FILE));
    const { status, stdout } = check("--json");
    expect(status).toBe(16);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      exitCode: 16,
      directory: path("my-api"),
      version: "9.9.9",
      policy: "none",
      record: { version: "9.9.9", preset: null },
      counted: ["outdated", "missing", "weakened", "advisories"],
      outdated: [],
      edited: [],
      missing: [
        {
          id: `missing:${FILE}`,
          rule: "missing/file",
          path: FILE,
          line: null,
          message: "It was rendered, and is gone.",
          hint: "Restore it, or waive it.",
          waiver: null,
        },
      ],
      weakened: [],
      advisories: [],
      releases: [],
      notes: [],
    });
  });

  test("says what went wrong in the same form", () => {
    const { status, stdout } = run("check", "elsewhere", "--json");
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: 2, error: { code: "record" } });
  });
});

describe("--sarif", () => {
  test("writes a log with the findings, in the repository's own paths", () => {
    rmSync(path("my-api", FILE));
    writeFileSync(path(".git"), "gitdir: elsewhere\n");
    expect(check("--sarif=check.sarif").status).toBe(16);
    const [run] = JSON.parse(readFileSync(path("check.sarif"), "utf8")).runs;
    expect(run.results).toHaveLength(1);
    expect(run.results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      `my-api/${FILE}`,
    );
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(["missing/file"]);
  });

  test("takes the place of a log, or of nothing, and of no other file", () => {
    const readme = readFileSync(path("my-api/README.md"), "utf8");
    const { status, stderr } = check("--sarif=my-api/README.md");
    expect(status).toBe(2);
    expect(stderr).toContain("my-api/README.md: Another file already exists.");
    expect(readFileSync(path("my-api/README.md"), "utf8")).toBe(readme);
    writeFileSync(path("check.sarif"), '{"version": "2.1.0"}');
    expect(check("--sarif=check.sarif")).toMatchObject({ status: 2 });
    for (const before of ["", '{"version": "2.1.0", "runs": []}']) {
      writeFileSync(path("check.sarif"), before);
      expect(check("--sarif=check.sarif")).toMatchObject({ status: 0, stderr: "" });
      expect(readFileSync(path("check.sarif"), "utf8")).toContain("create-secure-api");
    }
  });

  test("has no place in standard output", () => {
    const { status, stderr } = check("--sarif=-");
    expect(status).toBe(2);
    expect(stderr).toContain("--sarif: A report is a file.");
    expect(existsSync(path("-"))).toBe(false);
  });

  test("that cannot be written is refused", () => {
    const { status, stderr } = check("--sarif=my-api/README.md/check.sarif");
    expect(status).toBe(2);
    expect(stderr).toContain("cannot be written");
  });
});

describe("what cannot be checked is refused", () => {
  test("a folder without a project", () => {
    expect(run("check", ".").status).toBe(2);
  });

  test("a record that was edited by hand", () => {
    const text = readFileSync(path("my-api", RECORD), "utf8");
    writeFileSync(path("my-api", RECORD), text.replace('"auth": "jwt"', '"auth": "session"'));
    const { status, stderr } = check();
    expect(status).toBe(2);
    expect(stderr).toContain("It has been edited since it was written.");
  });

  test("flags of other commands", () => {
    expect(check("--dry-run").status).toBe(2);
    expect(check("--auth=jwt").status).toBe(2);
  });
});
