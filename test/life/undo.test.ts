import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { carryOut } from "../../src/system/renewal/update-project.ts";
import { type Files, prepared } from "./engine.ts";
import {
  commit,
  desk,
  git,
  lines,
  makeProject,
  read,
  snapshot,
  undo,
  update,
  useProjects,
  writeAll,
} from "./project.ts";

useProjects();

const then: Files = {
  "app/main.py": lines("main", 20),
  "app/routes.py": lines("routes", 20),
  "app/deep/old.py": lines("old", 10),
  "run.sh*": "#!/bin/sh\n",
};
const now: Files = {
  "app/main.py": lines("main", 20).replace("main 3\n", "main three\n"),
  "app/routes.py": lines("routes", 20).replace("routes 18\n", "routes eighteen\n"),
  "app/new/new.py": lines("new", 5),
  "run.sh*": "#!/bin/sh\necho\n",
};

/** A project with an edit that clashes, private modes and files that git does not know. */
const project = (): string => {
  const folder = makeProject(then);
  writeAll(folder, { "app/main.py": lines("main", 20).replace("main 3\n", "main mine\n") });
  commit(folder);
  writeAll(folder, { "untracked.txt": "mine\n" });
  chmodSync(join(folder, "app/routes.py"), 0o600);
  chmodSync(join(folder, "app/deep"), 0o700);
  return folder;
};

const staged = (folder: string): string => git(folder, "ls-files", "--stage");

describe("undo", () => {
  test("gives back exactly what was there: bytes, modes and the index", async () => {
    const folder = project();
    const before = snapshot(folder);
    const index = readFileSync(join(folder, ".git/index"));
    await update(folder, now);
    expect(snapshot(folder)).not.toEqual(before);
    expect(git(folder, "status", "--porcelain")).toContain("UU app/main.py");
    const { kept, restored } = await undo(folder);
    expect(snapshot(folder)).toEqual(before);
    expect(readFileSync(join(folder, ".git/index"))).toEqual(index);
    expect(kept).toEqual([]);
    expect(restored).toContain("app/new/new.py");
    expect(readdirSync(join(folder, ".git/create-secure-api"))).toEqual([]);
    await expect(undo(folder)).rejects.toThrow("no update to undo");
    expect(await update(folder, now)).toHaveProperty(["app/main.py"], "conflict");
  });

  test("loses nothing that was changed since, and says where it is", async () => {
    const folder = project();
    const before = snapshot(folder);
    const index = staged(folder);
    await update(folder, now);
    writeAll(folder, {
      "app/main.py": "solved\n",
      "app/new/new.py": "improved\n",
      "app/other.py": "",
    });
    git(folder, "add", "app/main.py");
    const { kept } = await undo(folder);
    expect(kept.map(({ path }) => path)).toEqual(["app/main.py", "app/new/new.py"]);
    expect(kept.map(({ copy }) => readFileSync(copy, "utf8"))).toEqual(["solved\n", "improved\n"]);
    rmSync(join(folder, "app/other.py"));
    expect(snapshot(folder)).toEqual(before);
    expect(staged(folder)).toBe(index);
  });

  test("leaves what was staged elsewhere in the repository", async () => {
    const folder = project();
    await update(folder, now);
    git(folder, "add", "untracked.txt");
    await undo(folder);
    expect(git(folder, "diff", "--cached", "--name-only")).toBe("untracked.txt\n");
    expect(git(folder, "diff", "--name-only")).toBe("");
  });

  test("is refused when it is committed", async () => {
    const folder = project();
    await update(folder, now);
    commit(folder);
    const before = snapshot(folder);
    await expect(undo(folder)).rejects.toThrow("git revert");
    expect(snapshot(folder)).toEqual(before);
    expect(await update(folder, now)).toEqual({});
  });

  test("is refused, whole, where a folder or a link is in its way", async () => {
    const folder = project();
    await update(folder, now);
    rmSync(join(folder, "app"), { recursive: true });
    symlinkSync(desk, join(folder, "app"));
    const before = snapshot(folder);
    await expect(undo(folder)).rejects.toThrow("behind a link");
    expect(snapshot(folder)).toEqual(before);
  });

  test("what another program wrote afterwards is taken back, too", async () => {
    const folder = project();
    writeAll(folder, { "uv.lock": "1\n" });
    commit(folder);
    const before = snapshot(folder);
    const wanted = await prepared(folder, now);
    const end = await carryOut(wanted, ["uv.lock", "other.lock"]);
    wanted.store.remove();
    writeAll(folder, { "uv.lock": "2\n", "other.lock": "1\n" });
    end();
    expect((await undo(folder)).kept).toEqual([]);
    expect(snapshot(folder)).toEqual(before);
  });

  test("git solves again what it was taught, and undo takes that back", async () => {
    const folder = project();
    git(folder, "config", "rerere.enabled", "true");
    await update(folder, now);
    writeAll(folder, {
      "app/main.py": read(folder, "app/main.py").replace(/^<{7}[\s\S]*>{7}.*\n/m, "main both\n"),
    });
    git(folder, "rerere");
    const { kept } = await undo(folder);
    expect(kept).toHaveLength(1);
    const before = snapshot(folder);
    await update(folder, now);
    expect(read(folder, "app/main.py")).toContain("main both\n");
    expect((await undo(folder)).kept).toEqual([]);
    expect(snapshot(folder)).toEqual(before);
  });
});

describe("a crash", () => {
  const repository = join(import.meta.dirname, "../..");
  const program = join(repository, "node_modules/.cache/create-secure-api/crash.mjs");
  beforeAll(() =>
    build({
      entryPoints: [join(repository, "test/life/crash.ts")],
      outfile: program,
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
    }),
  );

  const child = (folder: string, step: number, command: "update" | "undo") =>
    spawnSync(process.execPath, [program, folder, `${step}`, command, JSON.stringify(now)], {
      encoding: "utf8",
    });

  const journal = (folder: string) => join(folder, ".git/create-secure-api/update/journal.json");

  /** Takes an update back, by way of a few crashes. */
  const undoBadly = (folder: string) => {
    for (const step of [1, 3, 99]) {
      if (existsSync(journal(folder))) child(folder, step, "undo");
    }
  };

  test("at any step leaves what undo gives back", { timeout: 600_000 }, async () => {
    const folder = project();
    const before = snapshot(folder);
    const index = staged(folder);
    let crash = child(folder, 0, "update");
    const states: string[] = [];
    for (let step = 1; crash.signal === "SIGKILL"; step++) {
      if (existsSync(journal(folder))) {
        const { state } = JSON.parse(readFileSync(journal(folder), "utf8"));
        states.push(state);
        if (state === "writing") await expect(prepared(folder, now)).rejects.toThrow("--undo");
        undoBadly(folder);
      }
      expect(snapshot(folder)).toEqual(before);
      expect(staged(folder)).toBe(index);
      crash = child(folder, step, "update");
    }
    expect(crash.stderr).toBe("");
    expect(states.filter((state) => state === "writing").length).toBeGreaterThan(5);
    expect(states.at(-1)).toBe("written");
    await undo(folder);
    expect(snapshot(folder)).toEqual(before);
  });
});

test("a file that was half written is nobody's", async () => {
  const folder = project();
  await update(folder, now);
  writeFileSync(join(folder, "app/routes.py.create-secure-api~"), "half");
  await undo(folder);
  expect(existsSync(join(folder, "app/routes.py.create-secure-api~"))).toBe(false);
});
