import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { presetHash, readLayerFiles, readPreset } from "../../src/system/presets.ts";

let desk: string;
beforeEach(() => {
  desk = realpathSync(mkdtempSync(join(tmpdir(), "presets-")));
});
afterEach(() => rmSync(desk, { recursive: true }));

const put = (path: string, text = "") => {
  mkdirSync(dirname(join(desk, path)), { recursive: true });
  writeFileSync(join(desk, path), text);
};
const read = (named: string, cwd = desk) => readPreset(named, cwd);
const layers = (name = "layers") => readLayerFiles(read("acme"), name);

describe("readPreset", () => {
  test("finds a file, a folder and a package, which may be a link", () => {
    put("acme/preset.yaml", "a");
    put("own.json", "b");
    mkdirSync(join(desk, "node_modules/@acme"), { recursive: true });
    symlinkSync(join(desk, "acme"), join(desk, "node_modules/@acme/preset"));
    mkdirSync(join(desk, "deep/er"), { recursive: true });
    expect(read("own.json")).toMatchObject({ shown: "own.json", text: "b", folder: desk });
    expect(read("acme")).toMatchObject({ shown: "acme/preset.yaml", text: "a" });
    expect(read("./acme/")).toMatchObject({ shown: "./acme/preset.yaml" });
    expect(read("@acme/preset", join(desk, "deep/er"))).toMatchObject({
      shown: "@acme/preset/preset.yaml",
      folder: join(desk, "acme"),
    });
  });

  test("takes a folder before a package of its name", () => {
    put("acme/preset.yaml", "folder");
    put("node_modules/acme/preset.yaml", "package");
    expect(read("acme").text).toBe("folder");
  });

  test.each([
    ["nothing", "acme", "no such package in node_modules"],
    ["no package's name", "../acme", "There is no such file or folder."],
    ["a name that leaves node_modules", "node_modules/../..", "no preset"],
    ["an empty name", "", "no preset"],
    ["a folder without a preset", "empty", "A preset has a preset.yaml."],
    ["a folder with two", "two", "both preset.yaml and preset.json"],
    ["a file that is no text", "bytes.yaml", "no text in UTF-8"],
    ["a folder where the file is", "odd", "It is no file."],
  ])("refuses %s", (_, named, message) => {
    mkdirSync(join(desk, "empty"));
    put("two/preset.yaml");
    put("two/preset.json");
    mkdirSync(join(desk, "odd/preset.yaml"), { recursive: true });
    writeFileSync(join(desk, "bytes.yaml"), Buffer.of(0xff, 0xfe));
    expect(() => read(named)).toThrow(UserError);
    expect(() => read(named)).toThrow(message);
  });
});

describe("readLayerFiles", () => {
  beforeEach(() => put("acme/preset.yaml"));

  test("reads plain files in the order of their paths", () => {
    put("acme/layers/snake/base/b.py", "b");
    put("acme/layers/snake/base/a/c.py", "c");
    put("acme/layers/snake/.DS_Store");
    expect(layers().map(({ path }) => path)).toEqual(["snake/base/a/c.py", "snake/base/b.py"]);
  });

  test.each(["..", ".", "/etc", "../acme/layers", "layers/snake", "", "a b"])(
    "refuses the folder %j",
    (name) => {
      put("acme/layers/snake/base/b.py");
      expect(() => layers(name)).toThrow(UserError);
    },
  );

  test("follows no link, neither to a file nor to a folder nor as the whole", () => {
    put("secret.txt", "s");
    put("acme/layers/snake/base/a.py");
    symlinkSync(join(desk, "secret.txt"), join(desk, "acme/layers/snake/base/b.py"));
    expect(() => layers()).toThrow("acme/preset.yaml: layers/snake/base/b.py: It is a link.");
    rmSync(join(desk, "acme/layers/snake/base/b.py"));
    symlinkSync(desk, join(desk, "acme/layers/snake/base/c"));
    expect(() => layers()).toThrow("It is a link.");
    symlinkSync(desk, join(desk, "acme/more"));
    expect(() => layers("more")).toThrow("acme/preset.yaml: more: It is a link.");
  });

  test("refuses what is missing, a file, and too much", () => {
    expect(() => layers()).toThrow("acme/preset.yaml: layers: It cannot be read");
    expect(() => layers("preset.yaml")).toThrow("no folder or file");
    for (let count = 0; count <= 500; count++) put(`acme/layers/snake/base/${count}`);
    expect(() => layers()).toThrow("more than 500 files");
  });

  test("refuses more bytes than layers have", () => {
    put("acme/layers/snake/base/a", "x".repeat(5_000_001));
    expect(() => layers()).toThrow("5 MB");
  });
});

describe("presetHash", () => {
  const entry = { path: "a", content: Buffer.from("x"), executable: false };
  const hash = presetHash("t", [entry]);

  test.each([
    ["text", "u", entry],
    ["path", "t", { ...entry, path: "b" }],
    ["content", "t", { ...entry, content: Buffer.from("y") }],
    ["bit", "t", { ...entry, executable: true }],
  ])("is another one with another %s", (_, text, other) => {
    expect(presetHash(text, [other])).not.toBe(hash);
  });

  test("is the same for the same", () => {
    expect(presetHash("t", [{ ...entry }])).toBe(hash);
  });
});
