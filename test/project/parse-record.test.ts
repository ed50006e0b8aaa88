import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import { parseRecord } from "../../src/project/parse-record.ts";
import { projectRecord, recordFile, sealedRecord } from "../../src/project/record.ts";
import { readRecord } from "../../src/system/records.ts";

const project = {
  files: ["app/main.py", "README.md"].map((path) => ({
    path,
    content: Buffer.from(path),
    executable: false,
  })),
};
const record = projectRecord("0.2.0", parseAnswers({ name: "x-y" }), project);
const { sha256: _, ...content } = record;
const textOf = (data: unknown): string => JSON.stringify({ "create-secure-api": data });

const faultOf = (text: string, version = "0.2.0"): UserError => {
  try {
    parseRecord(text, ".yo-rc.json", version);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("it was read");
};

describe("parseRecord", () => {
  test("reads what was written, however it is laid out", () => {
    const text = Buffer.from(recordFile(record, { other: { a: 1 } }).content).toString("utf8");
    expect(parseRecord(text, "", "0.2.0").record).toEqual(record);
    expect(parseRecord(text, "", "0.2.0").found).toHaveProperty("other", { a: 1 });
    const reordered = textOf(Object.fromEntries(Object.entries(record).toReversed()));
    expect(parseRecord(reordered, "", "1.0.0").record).toEqual(record);
  });

  test.each([
    ["no JSON", "{", "not valid JSON", ".yo-rc.json"],
    ["another type", "[]", "no object", ".yo-rc.json"],
    ["no record", "{}", "no record of create-secure-api", ".yo-rc.json"],
    ["a merge in the middle", "<<<<<<< yours\n{}", "conflicts", ".yo-rc.json"],
    ["too large", `"${"x".repeat(4_000_000)}"`, "too large", ".yo-rc.json"],
    ["no version", textOf({ ...content, version: undefined }), "missing", ".yo-rc.json: version"],
    ["a version that is none", textOf({ ...content, version: "2" }), "1.2.3", "version"],
    ["an unknown key", textOf({ ...content, x: 1 }), '"x"', ".yo-rc.json"],
    ["a hash of another form", textOf({ ...content, files: { a: "b" } }), "40", "files.a"],
    ["no seal", textOf(content), "sha256 is missing", ".yo-rc.json"],
    ["an edit", textOf({ ...record, options: { name: "z" } }), "edited", ".yo-rc.json"],
  ])("refuses %s", (_name, text, what, where) => {
    expect(faultOf(text).what).toContain(what);
    expect(faultOf(text).where).toContain(where);
    expect(faultOf(text).exitCode).toBe(2);
  });

  const hash = "0".repeat(40);
  test.each([
    ["leads out", { files: { "../x": hash } }, "leaves its folder"],
    ["is absolute", { files: { "/x": hash } }, "empty part"],
    ["holds secrets", { files: { ".env": hash } }, "Secrets"],
    ["is the record's own", { files: { ".yo-rc.json": hash } }, "itself"],
    ["lies below a file", { files: { a: hash, "a/b": hash } }, "beside a"],
    ["has a text and no hash", { files: {}, pristine: { a: "YQ==" } }, "not among"],
  ])("refuses a path that %s", (_name, more, what) => {
    expect(faultOf(textOf(sealedRecord({ ...content, ...more }))).what).toContain(what);
  });

  test("refuses an option or a choice that there is not", () => {
    const withOptions = (options: Record<string, string>) =>
      faultOf(textOf(sealedRecord({ ...content, options })));
    expect(withOptions({ flavour: "x" })).toMatchObject({
      what: "There is no option 'flavour'.",
      where: ".yo-rc.json: options.flavour",
    });
    expect(withOptions({ orm: "x" }).where).toBe(".yo-rc.json: options.orm");
  });

  test("says which version reads the record of a later one, whatever that has in it", () => {
    const text = textOf({ version: "0.3.0", anything: true });
    expect(faultOf(text).what).toBe("The project is from create-secure-api 0.3.0; this is 0.2.0.");
    expect(faultOf(text).fix).toContain("npx create-secure-api@0.3.0");
  });

  test("0.1.0 wrote records without a seal", () => {
    const old = { ...content, version: "0.1.0" };
    expect(parseRecord(textOf(old), "", "0.2.0").record.version).toBe("0.1.0");
    expect(faultOf(textOf({ ...old, sha256: record.sha256 })).what).toContain("edited");
  });
});

describe("readRecord", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "record-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = () => readRecord(folder, "my-api", "0.2.0");

  test("reads it where it lies", () => {
    writeFileSync(join(folder, ".yo-rc.json"), recordFile(record).content);
    expect(read().record).toEqual(record);
  });

  test("says that there is none", () => {
    expect(read).toThrow("my-api: There is no project of create-secure-api here.");
  });

  test("reads neither a link nor a folder, nor what is too large", () => {
    symlinkSync("/etc/hostname", join(folder, ".yo-rc.json"));
    expect(read).toThrow("my-api/.yo-rc.json: It is no file.");
    rmSync(join(folder, ".yo-rc.json"));
    mkdirSync(join(folder, ".yo-rc.json"));
    expect(read).toThrow("It is no file.");
    rmSync(join(folder, ".yo-rc.json"), { recursive: true });
    writeFileSync(join(folder, ".yo-rc.json"), "");
    truncateSync(join(folder, ".yo-rc.json"), 5_000_000);
    expect(read).toThrow("too large");
  });
});
