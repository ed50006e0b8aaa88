import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Fixing, fixed, fixedPaths } from "../../src/life/fix.ts";
import { readRecord } from "../../src/system/records.ts";
import { type Files, renderedFiles } from "./engine.ts";
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
} from "./project.ts";

useProjects();

const advisory: Fixing = {
  id: "CSA-2099-001",
  edits: [
    { file: "app/main.py", text: "main 3\nmain 4", instead: "main three\n", sign: true },
    { file: "app/main.py", text: "main 12", instead: "main twelve", sign: false },
  ],
  adds: [{ file: "app/guard.py", content: "guard\n" }],
};

const then: Files = { "app/main.py": lines("main", 20), "app/other.py": lines("other", 20) };
const solved = lines("main", 20)
  .replace("main 3\nmain 4\n", "main three\n\n")
  .replace("main 12", "main twelve");

const applyFix = (folder: string, of = advisory) => {
  const { fixes = [] } = readRecord(folder, "", "0.2.0").record;
  return update(
    folder,
    {},
    {
      version: "0.1.0",
      fix: {
        paths: fixedPaths([of]),
        of: (found) => {
          const result = fixed([of], found, (id) => fixes.includes(id));
          if ("files" in result) return result.files;
          throw new Error(`${result.path}: ${result.fault}`);
        },
      },
      fixes: [...new Set([...fixes, of.id])],
    },
  );
};

describe("the fix of an advisory alone", () => {
  test("is merged into the team's work, recorded, and taken back", async () => {
    const folder = makeProject(then);
    writeFileSync(join(folder, "app/main.py"), lines("main", 20).replace("main 18", "main mine"));
    writeFileSync(join(folder, "app/other.py"), "mine\n");
    commit(folder);
    const before = snapshot(folder);
    expect(await applyFix(folder)).toEqual({ "app/guard.py": "added", "app/main.py": "merged" });
    expect(read(folder, "app/main.py")).toBe(solved.replace("main 18", "main mine"));
    expect(read(folder, "app/other.py")).toBe("mine\n");
    const { record } = readRecord(folder, "", "0.1.0");
    expect(record).toMatchObject({ version: "0.1.0", fixes: ["CSA-2099-001"] });
    expect(Object.keys(record.files).sort()).toEqual([
      "app/guard.py",
      "app/main.py",
      "app/other.py",
    ]);
    await undo(folder);
    expect(snapshot(folder)).toEqual(before);
  });

  test("is nothing to do a second time, and a later update merges on top of it", async () => {
    const folder = makeProject(then);
    writeFileSync(join(folder, "app/main.py"), lines("main", 20).replace("main 18", "main mine"));
    commit(folder);
    await applyFix(folder);
    commit(folder);
    expect(await applyFix(folder)).toEqual({});
    expect(git(folder, "status", "--porcelain")).toBe("");
    const clone = join(desk, "clone");
    git(desk, "clone", "--quiet", "--depth=1", `file://${folder}`, clone);
    const now = {
      "app/main.py": solved.replace("main 3", "main 3").replace("main 7", "main seven"),
      "app/guard.py": "guard\nbetter\n",
      "app/other.py": lines("other", 20),
    };
    expect(await update(clone, now)).toEqual({
      "app/guard.py": "updated",
      "app/main.py": "merged",
    });
    expect(read(clone, "app/main.py")).toContain("main seven\n");
    expect(readRecord(clone, "", "0.2.0").record.fixes).toBeUndefined();
  });

  test("what a team has fixed by hand already is only recorded", async () => {
    const folder = makeProject(then);
    writeFileSync(join(folder, "app/main.py"), solved);
    writeFileSync(join(folder, "app/guard.py"), "guard\n");
    commit(folder);
    expect(await applyFix(folder)).toEqual({});
    expect(git(folder, "status", "--porcelain")).toBe(" M .yo-rc.json\n");
    expect(readRecord(folder, "", "0.1.0").record.fixes).toEqual(["CSA-2099-001"]);
  });

  test("does not fit what was rendered otherwise, or is not known", async () => {
    const folder = makeProject({ "app/main.py": "another\n" });
    await expect(applyFix(folder)).rejects.toThrow("app/main.py: other");
    const unknown = fixed([advisory], [], () => false);
    expect(unknown).toEqual({ id: "CSA-2099-001", path: "app/main.py", fault: "unknown" });
    const twice = renderedFiles({ "app/main.py": "main 3\nmain 4\nmain 3\nmain 4\n" });
    expect(fixed([advisory], twice, () => false)).toMatchObject({ fault: "other" });
    expect(readdirSync(join(folder, "app"))).toEqual(["main.py"]);
  });
});
