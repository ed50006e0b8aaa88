import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { helpText } from "../../src/options/help.ts";
import { buildPackage, type Desk, makeDesk, repository } from "./package.ts";

let built: ReturnType<typeof buildPackage>;
let desk: Desk;
beforeAll(() => {
  built = buildPackage();
  desk = makeDesk();
});
afterAll(() => {
  built.remove();
  desk.remove();
});

/** `--version` on a Node that says that it is of this version. */
const runOn = (version: string) => {
  const preload = join(desk.folder, "version.cjs");
  writeFileSync(
    preload,
    `const node = ${JSON.stringify(version)};\n` +
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node } });\n",
  );
  return spawnSync(process.execPath, ["--require", preload, built.cli, "--version"], {
    encoding: "utf8",
  });
};

test.each(["8.17.0", "16.20.2", "18.20.8", "20.18.3", "21.7.3", "22.12.0"])(
  "Node %s is told which one is needed, in one line",
  (version) => {
    const { status, stdout, stderr } = runOn(version);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^create-secure-api needs Node 20\.19, 22\.13 or newer; .*\n$/);
    expect(stderr).toContain(version);
  },
);

test.each(["20.19.0", "20.20.2", "22.13.0", "23.0.0", "24.21.0", "26.1.0"])(
  "Node %s will do",
  (version) => {
    expect(runOn(version)).toMatchObject({ status: 0, stdout: "9.9.9\n" });
  },
);

test("what looks at the version is read by any Node", () => {
  const text = readFileSync(built.cli, "utf8");
  expect(() => transformSync(text, { target: "es5", format: "cjs" })).not.toThrow();
  expect(() => transformSync("const x = () => 1;", { target: "es5" })).toThrow();
});

test("package.json, README and help ask for the same", () => {
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  expect(manifest.engines.node).toBe("^20.19.0 || >=22.13.0");
  const need = "Node 20.19, 22.13 or newer";
  expect(readFileSync(join(repository, "README.md"), "utf8")).toContain(need);
  expect(helpText()).toContain(need);
});
