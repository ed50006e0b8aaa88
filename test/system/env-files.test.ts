import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { missingSecrets, writeSecrets } from "../../src/system/renewal/env-files.ts";
import { cellOf } from "../fixtures/matrix.ts";

const { project } = cellOf({ database: "postgresql", container: "docker" });
const rendered = (path: string): string =>
  Buffer.from(project.files.find((file) => file.path === path)?.content ?? "").toString("utf8");
const secrets = [".secrets/database_password", ".secrets/database_url"];

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const env = () => readFileSync(join(folder, ".env"));
const modeOf = (path: string) => statSync(join(folder, path)).mode & 0o777;
const complete = () => {
  const found = missingSecrets(folder, project.files, ".");
  writeSecrets(folder, found.writes);
  return found;
};

describe("what a project's own secrets lack", () => {
  test("is everything in a fresh clone, and nothing after that", () => {
    const { variables, files } = complete();
    expect(variables).toContain("SECRET_KEY");
    expect(files).toEqual(expect.arrayContaining(secrets));
    expect(env().toString()).toBe(rendered(".env"));
    expect([".env", ".secrets", ...secrets].map(modeOf)).toEqual([0o600, 0o700, 0o644, 0o644]);
    expect(missingSecrets(folder, project.files, ".")).toEqual({
      variables: [],
      files: [],
      writes: [],
    });
  });

  test("comes behind what is there, of which each byte and the mode stay", () => {
    const own = Buffer.concat([
      Buffer.from("\uFEFF# mine\r\nSECRET_KEY=x"),
      Buffer.from([0xe9, 0xff]),
    ]);
    writeFileSync(join(folder, ".env"), own);
    chmodSync(join(folder, ".env"), 0o640);
    mkdirSync(join(folder, ".secrets"), { mode: 0o700 });
    for (const path of secrets) writeFileSync(join(folder, path), "mine\n");
    const { variables, files } = complete();
    expect(variables).not.toContain("SECRET_KEY");
    expect(variables).toContain("DATABASE_URL");
    expect(files).not.toEqual(expect.arrayContaining(secrets));
    expect(env().subarray(0, own.length).equals(own)).toBe(true);
    expect(env().subarray(own.length).toString()).toMatch(/^\r\n\r\n# Service\r\n/);
    expect(env().subarray(own.length).toString().replaceAll("\r\n", "")).not.toContain("\n");
    expect(modeOf(".env")).toBe(0o640);
    expect(readFileSync(join(folder, secrets[0] ?? ""), "utf8")).toBe("mine\n");
  });

  test.each([
    ["a link", () => symlinkSync("/dev/null", join(folder, ".env")), ".env is a link."],
    [
      "a link of a folder",
      () => symlinkSync(tmpdir(), join(folder, ".secrets")),
      ".secrets is a link.",
    ],
    ["a folder", () => mkdirSync(join(folder, ".env")), ".env is no file."],
    ["bytes", () => writeFileSync(join(folder, ".env"), "A=1\0"), ".env is no text."],
    [
      "a book",
      () => writeFileSync(join(folder, ".env"), "#".repeat(1_000_001)),
      ".env is no text.",
    ],
  ])("is not looked for in %s", (_, make, message) => {
    make();
    expect(() => missingSecrets(folder, project.files, "here")).toThrow(`here: ${message}`);
    expect(existsSync(join(folder, "SECRET_KEY"))).toBe(false);
  });
});
