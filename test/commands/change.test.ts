import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { change } from "../../src/commands/change.ts";
import type { Surroundings } from "../../src/commands/surroundings.ts";
import { EXIT } from "../../src/exit.ts";
import { parseCommand } from "../../src/options/command-flags.ts";
import { projectCommandOf } from "../../src/options/commands.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import type { Answers } from "../../src/options/types.ts";
import { packageRoot } from "../../src/package-root.ts";
import { modeOf } from "../../src/project/modes.ts";
import { projectRecord, recordFile } from "../../src/project/record.ts";
import { openRepository } from "../../src/system/git/repository.ts";
import { undoChanges } from "../../src/system/renewal/undo.ts";
import { createTerminal } from "../../src/system/terminal.ts";
import { cellOf } from "../fixtures/matrix.ts";
import { commit, desk, git, read, snapshot, useProjects } from "../life/project.ts";

useProjects();

const VERSION = "1.2.3";
const command = projectCommandOf("change");

/** Writes a whole project, as it is made, and commits it. */
const made = (answers: Answers, name: string, version = VERSION): string => {
  const folder = join(desk, name);
  const options = parseAnswers(answers);
  const { project } = cellOf(options.selection);
  const record = recordFile(projectRecord(version, options, project));
  for (const file of [...project.files, record]) {
    mkdirSync(dirname(join(folder, file.path)), { recursive: true });
    writeFileSync(join(folder, file.path), file.content, { mode: modeOf(file) });
  }
  git(folder, "init", "--quiet");
  commit(folder, "Create my-api");
  return folder;
};

const changing = async (folder: string, ...words: string[]) => {
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text.replace(/\n$/, "")) };
  const terminal = createTerminal(stream as never, {});
  const surroundings: Surroundings = {
    root: packageRoot(),
    version: VERSION,
    terminal,
    errors: createTerminal({ write: () => true } as never, {}),
    onProgress: () => undefined,
  };
  if (command === undefined) throw new Error("no command");
  const code = await change(
    parseCommand(command, [folder, "--no-install", "--yes", ...words]),
    surroundings,
  );
  return { code, said: lines.join("\n") };
};

const withoutSecrets = (folder: string) =>
  Object.entries(snapshot(folder)).filter(([path]) => !/^\.(env$|secrets)/.test(path));

describe("change", () => {
  test("gives byte for byte what would be made anew", async () => {
    const folder = made({}, "my-api");
    const words = ["--state", "redis", "--telemetry", "sentry", "--ci", "gitlab"];
    const { code, said } = await changing(folder, ...words);
    expect(code).toBe(0);
    expect(said).toContain("change State to Redis, CI to GitLab CI/CD, Telemetry to Sentry");
    expect(said).toContain("Telemetry: none -> Sentry");
    expect(said).toContain("  REDIS_URL (new, required): ");
    expect(said).toContain(
      "Missing in the secrets of this checkout; --env adds them:\n  REDIS_URL",
    );
    const fresh = made({ state: "redis", telemetry: ["sentry"], ci: "gitlab" }, "fresh");
    expect(withoutSecrets(folder)).toEqual(withoutSecrets(fresh));
    expect(execFileSync("git", ["diff", "--cached", "--name-only"], { cwd: folder }).length).toBe(
      0,
    );
  });

  test("adds what .env lacks and says each name, and undo gives all of it back", async () => {
    const folder = made({}, "my-api");
    writeFileSync(join(folder, ".env"), "# mine\r\nSECRET_KEY=mine", { mode: 0o600 });
    const before = snapshot(folder);
    const { said } = await changing(folder, "--database", "postgresql", "--env");
    expect(said).toContain("Added to the secrets of this checkout:\n");
    expect(said).toContain("\n  DATABASE_URL\n");
    expect(said).toContain("\n  .secrets/database_password\n");
    expect(said).not.toContain("://");
    const env = read(folder, ".env");
    expect(env).toMatch(/^# mine\r\nSECRET_KEY=mine\r\n\r\n/);
    expect(env).toContain("\r\nDATABASE_URL=postgresql://");
    expect(statSync(join(folder, ".env")).mode & 0o777).toBe(0o600);
    await undoChanges(await openRepository(folder, "my-api"), "my-api");
    expect(snapshot(folder)).toEqual(before);
  });

  test("--dry-run writes nothing, --json is one object without any secret", async () => {
    const folder = made({}, "my-api");
    const before = snapshot(folder);
    const { code, said } = await changing(folder, "--telemetry", "sentry", "--dry-run", "--json");
    expect([code, snapshot(folder)]).toEqual([0, before]);
    expect(JSON.parse(said)).toMatchObject({
      ok: true,
      dryRun: true,
      options: [{ option: "telemetry", to: "Sentry" }],
      settings: [{ name: "SENTRY_DSN", change: "new" }],
      files: expect.arrayContaining([{ path: "app/telemetry/crashes.py", state: "added" }]),
      env: { variables: [], files: [], added: false },
    });
  });

  test("has nothing to do where the project is so already", async () => {
    const folder = made({ ci: "gitlab" }, "my-api");
    const before = snapshot(folder);
    const { code, said } = await changing(folder, "--ci", "gitlab");
    expect(said).toContain("Nothing to do: the project is already so.");
    expect([code, snapshot(folder)]).toEqual([EXIT.nothing, before]);
  });

  test("says what is in conflict, and keeps both", async () => {
    const folder = made({}, "my-api");
    const path = ".env.example";
    writeFileSync(join(folder, path), `${read(folder, path)}\n# Ours.\n# OURS=\n`);
    commit(folder);
    const { code, said } = await changing(folder, "--telemetry", "sentry");
    expect(said).toMatch(/conflict +\.env\.example\n/);
    expect(code).toBe(EXIT.conflicts);
    expect(readFileSync(join(folder, path), "utf8")).toContain("<<<<<<< yours");
  });

  test.each([
    [["--orm", "tortoise"], "--orm: ORM cannot change in a project that exists."],
    [["--jobs", "taskiq"], "taskiq keeps its queue in Redis"],
    [[], "change: Nothing is said that should change."],
    [["--ci", "gitlab", "--preset", "nowhere"], "There is no such file or folder"],
  ])("%j is refused", async (words, message) => {
    const folder = made({}, "my-api");
    const before = snapshot(folder);
    await expect(changing(folder, ...words)).rejects.toThrow(message);
    expect(snapshot(folder)).toEqual(before);
  });

  test("an older project is updated first", async () => {
    const folder = made({}, "my-api", "1.0.0");
    await expect(changing(folder, "--ci", "gitlab")).rejects.toThrow(
      "The project is from create-secure-api 1.0.0; this is 1.2.3. Update it first",
    );
  });
});
