import {
  chmodSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { readRecord } from "../../src/system/records.ts";
import { type Files, prepared, renderedFiles } from "./engine.ts";
import {
  commit,
  desk,
  freshFiles,
  git,
  lines,
  makeProject,
  read,
  snapshot,
  update,
  useProjects,
  writeAll,
} from "./project.ts";

// Each starts many programs.
vi.setConfig({ testTimeout: 120_000 });

useProjects();

const then: Files = {
  "README.md": lines("read", 20),
  "app/main.py": lines("main", 20),
  "app/notes/routes.py": lines("routes", 20),
  "app/old.py": lines("old", 10),
  "run.sh*": "#!/bin/sh\n",
};
const now: Files = {
  "README.md": lines("read", 20),
  "app/main.py": lines("main", 20).replace("main 3\n", "main three\n"),
  "app/notes/routes.py": lines("routes", 20).replace("routes 18\n", "routes eighteen\n"),
  "app/new.py": lines("new", 5),
  "run.sh*": "#!/bin/sh\necho\n",
};

const edit = (folder: string, path: string, from: string, to: string) =>
  writeFileSync(join(folder, path), read(folder, path).replace(from, to));

const textsOf = (folder: string) => snapshot(folder);

describe("a project that nobody has edited", () => {
  test("is byte for byte what would be made anew", async () => {
    const folder = makeProject(then);
    expect(await update(folder, now)).toEqual({
      "app/main.py": "updated",
      "app/new.py": "added",
      "app/notes/routes.py": "updated",
      "app/old.py": "removed",
      "run.sh": "updated",
    });
    const fresh = join(desk, "fresh");
    mkdirSync(fresh);
    for (const [path, text] of Object.entries(freshFiles(now, "0.2.0"))) {
      writeAll(fresh, { [path.replace(/\*$/, "")]: text });
    }
    chmodSync(join(fresh, "run.sh"), 0o755);
    expect(textsOf(folder)).toEqual(textsOf(fresh));
    expect(git(folder, "diff", "--cached", "--name-only")).toBe("");
  });

  test("is left as it is by a second update, committed or not", async () => {
    const folder = makeProject(then);
    await update(folder, now);
    commit(folder);
    const before = textsOf(folder);
    expect(await update(folder, now)).toEqual({});
    expect(textsOf(folder)).toEqual(before);
    expect(git(folder, "status", "--porcelain")).toBe("");
  });

  test("gets the mode of a file that can be run now", async () => {
    const folder = makeProject({ "a.sh": lines("a", 9) });
    expect(await update(folder, { "a.sh*": lines("a", 9) })).toEqual({ "a.sh": "updated" });
    expect(textsOf(folder)["a.sh"]).toMatch(/^file 755/);
  });
});

describe("a project that a team has worked on", () => {
  test("keeps its edits and gets ours", async () => {
    const folder = makeProject(then);
    edit(folder, "app/main.py", "main 17\n", "main seventeen\nmain and more\n");
    writeAll(folder, { "app/ours.py": "mine\n" });
    commit(folder);
    expect(await update(folder, now)).toMatchObject({ "app/main.py": "merged" });
    expect(read(folder, "app/main.py")).toBe(
      lines("main", 20)
        .replace("main 3\n", "main three\n")
        .replace("main 17\n", "main seventeen\nmain and more\n"),
    );
    expect(read(folder, "app/ours.py")).toBe("mine\n");
    commit(folder);
    expect(await update(folder, now)).toEqual({});
    const next = {
      ...now,
      "app/main.py": now["app/main.py"]?.replace("main 9\n", "main nine\n") ?? "",
    };
    expect(await update(folder, next, { version: "0.3.0" })).toEqual({ "app/main.py": "merged" });
    expect(read(folder, "app/main.py")).toContain("main seventeen\n");
  });

  test("conflicts have git's markers, with names that a person knows, and its stages", async () => {
    const folder = makeProject(then);
    edit(folder, "app/main.py", "main 3\n", "main mine\n");
    commit(folder);
    expect(await update(folder, now)).toMatchObject({ "app/main.py": "conflict" });
    expect(read(folder, "app/main.py")).toContain(
      [
        "<<<<<<< yours",
        "main mine",
        "||||||| create-secure-api 0.1.0",
        "main 3",
        "=======",
        "main three",
        ">>>>>>> create-secure-api 0.2.0",
      ].join("\n"),
    );
    expect(git(folder, "status", "--porcelain", "app/main.py")).toBe("UU app/main.py\n");
    git(folder, "checkout", "--ours", "app/main.py");
    expect(read(folder, "app/main.py")).toContain("main mine\n");
    git(folder, "checkout", "--theirs", "app/main.py");
    expect(read(folder, "app/main.py")).toBe(now["app/main.py"]);
    commit(folder);
    git(folder, "fsck", "--strict");
    expect(await update(folder, now)).toEqual({});
  });

  test("what it has deleted stays deleted, also when we move it", async () => {
    const folder = makeProject(then);
    rmSync(join(folder, "app/main.py"));
    rmSync(join(folder, "app/notes/routes.py"));
    commit(folder);
    const { "app/notes/routes.py": routes = "", ...others } = now;
    expect(await update(folder, { ...others, "app/notes/api.py": routes })).toMatchObject({
      "app/main.py": "deleted-by-you",
      "app/notes/api.py": "deleted-by-you",
    });
    expect(existsSync(join(folder, "app/main.py"))).toBe(false);
    commit(folder);
    const states = await update(folder, { ...now, "app/main.py": "other\n" }, { version: "0.3.0" });
    expect(states).toMatchObject({ "app/main.py": "deleted-by-you" });
  });

  test("what it has renamed is followed, a folder too", async () => {
    const folder = makeProject(then);
    mkdirSync(join(folder, "src"));
    renameSync(join(folder, "app"), join(folder, "src/service"));
    edit(folder, "src/service/main.py", "main 12\n", "main twelve\n");
    commit(folder);
    expect(await update(folder, now)).toMatchObject({
      "src/service/main.py": "merged",
      "src/service/notes/routes.py": "updated",
      "src/service/old.py": "removed",
      "src/service/new.py": "added",
    });
    expect(read(folder, "src/service/main.py")).toContain("main three\n");
    expect(read(folder, "src/service/main.py")).toContain("main twelve\n");
    commit(folder);
    const next = {
      ...now,
      "app/main.py": now["app/main.py"]?.replace("main 9\n", "main nine\n") ?? "",
    };
    expect(await update(folder, next, { version: "0.3.0" })).toMatchObject({
      "src/service/main.py": "merged",
    });
  });

  test("its edits follow a file that we move", async () => {
    const folder = makeProject(then);
    edit(folder, "app/main.py", "main 17\n", "main seventeen\n");
    commit(folder);
    const { "app/main.py": main = "", ...others } = now;
    expect(await update(folder, { ...others, "app/server.py": main })).toMatchObject({
      "app/server.py": "moved",
    });
    expect(existsSync(join(folder, "app/main.py"))).toBe(false);
    expect(read(folder, "app/server.py")).toContain("main seventeen\n");
  });

  test("what we remove and it has edited stays, and that is said", async () => {
    const folder = makeProject(then);
    edit(folder, "app/old.py", "old 5\n", "old mine\n");
    commit(folder);
    expect(await update(folder, now)).toMatchObject({ "app/old.py": "conflict" });
    expect(read(folder, "app/old.py")).toContain("old mine\n");
    commit(folder);
    expect(await update(folder, now)).toEqual({});
    expect(read(folder, "app/old.py")).toContain("old mine\n");
  });

  test("links, modes and what is no text are left alone", async () => {
    const folder = makeProject({ ...then, "logo.png": "\0one\n" });
    rmSync(join(folder, "app/main.py"));
    symlinkSync("../README.md", join(folder, "app/main.py"));
    chmodSync(join(folder, "app/notes/routes.py"), 0o755);
    writeFileSync(join(folder, "logo.png"), "\0mine\n");
    commit(folder);
    expect(await update(folder, { ...now, "logo.png": "\0two\n" })).toMatchObject({
      "app/main.py": "left-alone",
      "app/notes/routes.py": "updated",
      "logo.png": "conflict",
    });
    expect(read(folder, "logo.png")).toBe("\0mine\n");
    expect(textsOf(folder)["app/notes/routes.py"]).toMatch(/^file 755/);
    expect(textsOf(folder)["app/main.py"]).toMatch(/^other/);
  });

  test("a file of its own where we have one now, and a folder, are in no one's way", async () => {
    const folder = makeProject(then);
    writeAll(folder, { "app/new.py": lines("mine", 3), "docs/api/index.md": "mine\n" });
    commit(folder);
    expect(await update(folder, { ...now, "docs/api": "ours\n" })).toMatchObject({
      "app/new.py": "conflict",
      "docs/api": "left-alone",
    });
    expect(read(folder, "app/new.py")).toContain("mine 1\nmine 2\nmine 3\n");
  });

  test("private modes are kept", async () => {
    const folder = makeProject(then);
    chmodSync(join(folder, "app/main.py"), 0o600);
    await update(folder, now);
    expect(textsOf(folder)["app/main.py"]).toMatch(/^file 600/);
  });
});

describe("what was rendered then is found", () => {
  const edited = (name = "my-api") => {
    const folder = makeProject(then, { name });
    edit(folder, "app/main.py", "main 17\n", "main seventeen\n");
    commit(folder);
    return folder;
  };

  test("after a rebase, in a clone and in a project that was moved into a monorepo", async () => {
    const folder = edited();
    git(folder, "commit", "--quiet", "--amend", "--message", "Other");
    const clone = join(desk, "clone");
    git(desk, "clone", "--quiet", folder, clone);
    expect(await update(clone, now)).toMatchObject({ "app/main.py": "merged" });
    const deep = "services/deep/my-api";
    mkdirSync(join(folder, deep), { recursive: true });
    for (const name of ["README.md", "app", "run.sh", ".yo-rc.json"]) {
      renameSync(join(folder, name), join(folder, deep, name));
    }
    writeAll(folder, { "app/main.py": "another\n" });
    commit(folder);
    expect(await update(join(folder, deep), now)).toMatchObject({ "app/main.py": "merged" });
    expect(read(folder, `${deep}/app/main.py`)).toContain("main three\n");
    expect(read(folder, "app/main.py")).toBe("another\n");
    expect(git(folder, "status", "--porcelain", "app")).toBe("");
  });

  const shallow = () => {
    const folder = edited();
    const clone = join(desk, "shallow");
    git(desk, "clone", "--quiet", "--depth=1", `file://${folder}`, clone);
    return clone;
  };

  test("not in a shallow clone: what is edited is left alone, what is not is updated", async () => {
    const clone = shallow();
    expect(await update(clone, now)).toMatchObject({
      "app/main.py": "left-alone",
      "app/notes/routes.py": "updated",
    });
    expect(read(clone, "app/main.py")).toContain("main seventeen\n");
    expect(read(clone, "app/main.py")).not.toContain("main three\n");
    const { record } = readRecord(clone, "", "0.2.0");
    const { record: first } = readRecord(join(desk, "my-api"), "", "0.2.0");
    expect(record.files["app/main.py"]).toBe(first.files["app/main.py"]);
  });

  test("by rendering the old version again, of which only the right text counts", async () => {
    const clone = shallow();
    const wrong = async () => renderedFiles({ ...then, "app/main.py": "tampered\n" });
    expect(await update(clone, now, { sources: [wrong] })).toMatchObject({
      "app/main.py": "left-alone",
    });
    git(clone, "checkout", "--quiet", "--force", ".");
    git(clone, "clean", "--quiet", "--force");
    const asked: string[] = [];
    const right = async (missing: readonly string[]) => {
      asked.push(...missing);
      return renderedFiles(then);
    };
    expect(await update(clone, now, { sources: [right] })).toMatchObject({
      "app/main.py": "merged",
    });
    expect(asked).toEqual(["app/main.py"]);
    commit(clone);
    const again = join(desk, "again");
    git(desk, "clone", "--quiet", "--depth=1", `file://${clone}`, again);
    const next = {
      ...now,
      "app/main.py": now["app/main.py"]?.replace("main 9\n", "main nine\n") ?? "",
    };
    expect(await update(again, next, { version: "0.3.0" })).toMatchObject({
      "app/main.py": "merged",
    });
  });

  test("where the whole history is one commit", async () => {
    const folder = edited();
    git(folder, "checkout", "--quiet", "--orphan", "squashed");
    commit(folder);
    git(folder, "branch", "--quiet", "-D", "main");
    git(folder, "reflog", "expire", "--expire=now", "--all");
    git(folder, "gc", "--quiet", "--prune=now");
    expect(await update(folder, now)).toMatchObject({
      "app/main.py": "left-alone",
      "app/notes/routes.py": "updated",
    });
  });

  test("where the project began without git", async () => {
    const folder = makeProject(then, { repository: false });
    edit(folder, "app/main.py", "main 17\n", "main seventeen\n");
    git(folder, "init", "--quiet");
    commit(folder);
    const source = async () => renderedFiles(then);
    expect(await update(folder, now, { sources: [source] })).toMatchObject({
      "app/main.py": "merged",
      "run.sh": "updated",
    });
  });

  test("in a repository with other hashes", async () => {
    const folder = makeProject(then, { format: "sha256" });
    edit(folder, "app/main.py", "main 3\n", "main mine\n");
    edit(folder, "app/notes/routes.py", "routes 3\n", "routes mine\n");
    commit(folder);
    const source = async () => renderedFiles(then);
    expect(await update(folder, now, { sources: [source] })).toEqual({
      "app/main.py": "conflict",
      "app/new.py": "added",
      "app/notes/routes.py": "merged",
      "app/old.py": "removed",
      "run.sh": "updated",
    });
    expect(git(folder, "status", "--porcelain", "app/main.py")).toBe("UU app/main.py\n");
    commit(folder);
    expect(await update(folder, now)).toEqual({});
  });
});

describe("line ends", () => {
  test("of Windows in the work tree only", async () => {
    const folder = makeProject(then);
    git(folder, "config", "core.autocrlf", "true");
    rmSync(join(folder, "app"), { recursive: true });
    git(folder, "checkout", "--quiet", ".");
    edit(folder, "app/main.py", "main 17\r\n", "main seventeen\r\n");
    commit(folder);
    expect(await update(folder, now)).toMatchObject({
      "app/main.py": "merged",
      "app/notes/routes.py": "updated",
    });
    expect(read(folder, "app/main.py")).toContain("main three\r\n");
    expect(read(folder, "app/notes/routes.py")).toContain("routes eighteen\r\n");
    expect(git(folder, "ls-files", "--eol", "app/main.py")).toMatch(/^i\/lf\s+w\/crlf/);
  });

  test("of Windows in git, too", async () => {
    const folder = makeProject(then);
    for (const path of ["README.md", "app/main.py", "app/notes/routes.py", "app/old.py"]) {
      writeFileSync(join(folder, path), read(folder, path).replaceAll("\n", "\r\n"));
    }
    mkdirSync(join(folder, "src"));
    renameSync(join(folder, "app/notes"), join(folder, "src/notes"));
    edit(folder, "app/main.py", "main 17\r\n", "main seventeen\r\n");
    commit(folder);
    expect(await update(folder, now)).toMatchObject({
      "app/main.py": "merged",
      "src/notes/routes.py": "updated",
      "app/old.py": "removed",
    });
    const main = lines("main", 20)
      .replace("main 3\n", "main three\n")
      .replace("main 17\n", "main seventeen\n");
    expect(read(folder, "app/main.py")).toBe(main.replaceAll("\n", "\r\n"));
    commit(folder);
    expect(await update(folder, now)).toEqual({});
  });
});

test("a formatter over everything: nothing is lost, and what clashes is a conflict", async () => {
  const folder = makeProject(then);
  for (const path of ["README.md", "app/main.py", "app/notes/routes.py", "app/old.py"]) {
    writeFileSync(join(folder, path), read(folder, path).replaceAll(/^/gm, "  "));
  }
  commit(folder);
  expect(await update(folder, now)).toMatchObject({
    "app/main.py": "conflict",
    "app/old.py": "conflict",
  });
  const main = read(folder, "app/main.py");
  expect(main).toContain("  main 3\n");
  expect(main).toContain("main three\n");
});

describe("a project is refused", () => {
  test("without git's history", async () => {
    const folder = makeProject(then, { repository: false });
    await expect(prepared(folder, now)).rejects.toThrow("in no git repository");
    git(folder, "init", "--quiet");
    await expect(prepared(folder, now)).rejects.toThrow("in no commit");
  });

  test("with changes that are not committed, but not for those beside it", async () => {
    const folder = makeProject(then);
    writeFileSync(join(folder, "app/main.py"), "edit\n");
    await expect(prepared(folder, now)).rejects.toThrow("not committed: app/main.py");
    git(folder, "add", ".");
    await expect(prepared(folder, now)).rejects.toThrow("not committed: app/main.py");
    commit(folder);
    writeAll(folder, { "untracked.txt": "" });
    (await prepared(folder, now)).store.remove();
  });

  test("with untracked files where ours would be, unless they are the same", async () => {
    const folder = makeProject(then);
    writeAll(folder, { "app/new.py": "mine\n" });
    await expect(prepared(folder, now)).rejects.toThrow("in the way: app/new.py");
    writeAll(folder, { "app/new.py": now["app/new.py"] ?? "" });
    expect(await update(folder, now)).toMatchObject({ "app/new.py": "added" });
  });

  test("where a link would lead our files elsewhere", async () => {
    const folder = makeProject(then);
    symlinkSync(desk, join(folder, "linked"));
    await expect(prepared(folder, { ...now, "linked/x.py": "" })).rejects.toThrow("linked/x.py");
    expect(existsSync(join(desk, "x.py"))).toBe(false);
  });

  test("where git was told not to look", async () => {
    const folder = makeProject(then);
    git(folder, "update-index", "--assume-unchanged", "app/main.py");
    writeFileSync(join(folder, "app/main.py"), "edit\n");
    await expect(prepared(folder, now)).rejects.toThrow("not to look at these: app/main.py");
  });

  test("in a dry run nothing is left behind, in git neither", async () => {
    const folder = makeProject(then);
    edit(folder, "app/main.py", "main 3\n", "main mine\n");
    commit(folder);
    const before = [textsOf(folder), git(folder, "count-objects"), git(folder, "for-each-ref")];
    (await prepared(folder, now)).store.remove();
    expect([textsOf(folder), git(folder, "count-objects"), git(folder, "for-each-ref")]).toEqual(
      before,
    );
    expect(existsSync(join(folder, ".git/create-secure-api"))).toBe(false);
  });
});
