import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { parseAnswers } from "../../src/options/schema.ts";
import { gitBlobHash, projectRecord, recordFile } from "../../src/project/record.ts";

const file = (path: string, text: string) => ({
  path,
  content: Buffer.from(text),
  executable: false,
});
const project = {
  files: [
    file(".env", "SECRET_KEY=abc\n"),
    file(".secrets/key", "abc\n"),
    file("a.py", "x = 1\n"),
    file("b.py", ""),
  ],
};
const record = projectRecord("1.2.3", parseAnswers({ name: "x-y" }), project);

test("the record has the version, the options and a hash of each file", () => {
  expect(record).toEqual({
    version: "1.2.3",
    options: {
      name: "x-y",
      description: "A secured API service.",
      stack: "fastapi",
      "framework-version": "0.165",
      environment: "development",
      orm: "sqlalchemy",
      database: "sqlite",
      state: "memory",
      auth: "jwt",
      "password-hash": "argon2",
      jobs: "in-process",
      container: "docker",
      deploy: "none",
      ci: "github",
      telemetry: [],
    },
    files: {
      "a.py": gitBlobHash(Buffer.from("x = 1\n")),
      "b.py": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    },
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test("the record says nothing of the secrets", () => {
  const text = Buffer.from(recordFile(record).content).toString("utf8");
  expect(text).not.toContain(".env");
  expect(text).not.toContain(".secrets");
  expect(text).not.toContain("abc");
});

test("the record is what Yeoman keeps", () => {
  const { path, content } = recordFile(record);
  expect(path).toBe(".yo-rc.json");
  expect(JSON.parse(Buffer.from(content).toString("utf8"))).toEqual({
    "create-secure-api": record,
  });
});

test("what other generators keep in the file stays", () => {
  const { content } = recordFile(record, { "generator-other": { a: 1 }, "create-secure-api": {} });
  expect(JSON.parse(Buffer.from(content).toString("utf8"))).toEqual({
    "generator-other": { a: 1 },
    "create-secure-api": record,
  });
});

test("a hash is the one that git computes", () => {
  const text = "é\nx\n";
  const hash = execFileSync("git", ["hash-object", "--stdin"], { input: text, encoding: "utf8" });
  expect(gitBlobHash(Buffer.from(text))).toBe(hash.trim());
});
