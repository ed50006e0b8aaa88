import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fs from "fs-extra";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { UserError } from "../../src/errors.ts";
import { writeFiles } from "../../src/system/files.ts";

const file = (path: string, executable = false) => ({
  path,
  content: new TextEncoder().encode(path),
  executable,
});
const files = [file(".env"), file("app/main.py"), file("run", true)];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "commit-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const tree = () => readdirSync(folder, { recursive: true }).sort();
const commit = (target: string, what = files) => writeFiles(join(folder, target), what, target);

describe("writeFiles", () => {
  test("makes a missing target and its parents", () => {
    commit("a/b");
    expect(tree()).toEqual(["a", "a/b", "a/b/.env", "a/b/app", "a/b/app/main.py", "a/b/run"]);
    expect(readFileSync(join(folder, "a/b/app/main.py"), "utf8")).toBe("app/main.py");
  });

  test("honours the umask", () => {
    const umask = process.umask(0o027);
    try {
      commit("a");
    } finally {
      process.umask(umask);
    }
    const mode = (path: string) => statSync(join(folder, path)).mode & 0o777;
    expect([mode("a"), mode("a/app"), mode("a/app/main.py"), mode("a/run")]).toEqual([
      0o750, 0o750, 0o640, 0o750,
    ]);
  });

  test.each(["missing", "empty"])("keeps secrets to their owner in a target that is %s", (kind) => {
    if (kind === "empty") mkdirSync(join(folder, "a"));
    const umask = process.umask(0o022);
    try {
      commit("a");
    } finally {
      process.umask(umask);
    }
    const mode = (path: string) => statSync(join(folder, path)).mode & 0o777;
    expect([mode("a/.env"), mode("a/app/main.py")]).toEqual([0o600, 0o644]);
  });

  test.each([
    ["missing", 0o022],
    ["missing", 0o077],
    ["empty", 0o077],
  ])("lets containers alone read secrets in a target that is %s, umask %o", (kind, mask) => {
    if (kind === "empty") mkdirSync(join(folder, "a"));
    const umask = process.umask(mask);
    try {
      commit("a", [file("x"), file(".secrets/key")]);
    } finally {
      process.umask(umask);
    }
    const mode = (path: string) => statSync(join(folder, path)).mode & 0o777;
    expect([mode("a/.secrets"), mode("a/.secrets/key")]).toEqual([0o700, 0o644]);
  });

  test("fills an empty target and keeps it the same directory", () => {
    mkdirSync(join(folder, "a"));
    const { ino } = statSync(join(folder, "a"));
    commit("a");
    expect(tree()).toEqual(["a", "a/.env", "a/app", "a/app/main.py", "a/run"]);
    expect(statSync(join(folder, "a")).ino).toBe(ino);
  });

  test("a target that holds only a repository counts as empty", () => {
    mkdirSync(join(folder, "a/.git"), { recursive: true });
    commit("a");
    expect(existsSync(join(folder, "a/.git"))).toBe(true);
    expect(existsSync(join(folder, "a/.env"))).toBe(true);
  });

  test("a file that is there is refused, and everything stays as it was", () => {
    mkdirSync(join(folder, "a"));
    writeFileSync(join(folder, "a/run"), "mine");
    expect(() => commit("a")).toThrow("run already exists");
    expect(tree()).toEqual(["a", "a/run"]);
    expect(readFileSync(join(folder, "a/run"), "utf8")).toBe("mine");
  });

  test("a file that may be replaced is; what else is there stays", () => {
    mkdirSync(join(folder, "a/app"), { recursive: true });
    writeFileSync(join(folder, "a/app/main.py"), "mine");
    writeFileSync(join(folder, "a/app/other.py"), "mine");
    writeFiles(join(folder, "a"), files, "a", new Set(["app/main.py"]));
    expect(readFileSync(join(folder, "a/app/main.py"), "utf8")).toBe("app/main.py");
    expect(readFileSync(join(folder, "a/app/other.py"), "utf8")).toBe("mine");
    expect(tree()).toEqual(["a", "a/.env", "a/app", "a/app/main.py", "a/app/other.py", "a/run"]);
  });

  test("a replaced file comes back when a later one cannot be written", () => {
    mkdirSync(join(folder, "a"));
    writeFileSync(join(folder, "a/.env"), "mine");
    const late = [file(".env"), file("app/main.py"), file("run")];
    const move = vi.spyOn(fs, "moveSync").mockImplementation((from, to, options) => {
      if (to.endsWith("run")) throw Object.assign(new Error("EIO"), { syscall: "rename" });
      renameSync(from, to);
      return options;
    });
    expect(() => writeFiles(join(folder, "a"), late, "a", new Set([".env"]))).toThrow(UserError);
    move.mockRestore();
    expect(tree()).toEqual(["a", "a/.env"]);
    expect(readFileSync(join(folder, "a/.env"), "utf8")).toBe("mine");
  });

  test.each([
    ["a link to another folder", () => symlinkSync("../elsewhere", join(folder, "a/app"))],
    ["a file", () => writeFileSync(join(folder, "a/app"), "")],
  ])("a folder of the project that is %s is refused", (_, make) => {
    mkdirSync(join(folder, "a"));
    mkdirSync(join(folder, "elsewhere"));
    make();
    expect(() => commit("a")).toThrow("the project has a folder there");
    expect(tree()).toEqual(["a", "a/app", "elsewhere"]);
  });

  test.each([
    ["a file", () => writeFileSync(join(folder, "a"), "")],
    ["a broken link", () => symlinkSync("nowhere", join(folder, "a"))],
  ])("%s is refused", (_, make) => {
    make();
    expect(() => commit("a")).toThrow(UserError);
    expect(tree()).toEqual(["a"]);
  });

  test("a failure in the middle leaves nothing behind", () => {
    const tooLong = file(`app/${"x".repeat(300)}`);
    expect(() => commit("a/b", [...files, tooLong])).toThrow(UserError);
    expect(tree()).toEqual([]);
    mkdirSync(join(folder, "a"));
    expect(() => commit("a", [...files, tooLong])).toThrow(UserError);
    expect(tree()).toEqual(["a"]);
  });

  test.skipIf(process.getuid?.() === 0)("a parent without write permission is named", () => {
    chmodSync(folder, 0o500);
    expect(() => commit("a")).toThrow("Nothing was left behind");
    chmodSync(folder, 0o700);
  });

  test.each(["../x", "/x", "a/../../x"])("the path %s is never written", (path) => {
    expect(() => commit("a", [file(path)])).toThrow("outside");
    expect(tree()).toEqual([]);
  });
});
