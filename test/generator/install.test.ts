import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findWay, install } from "../../generators/app/install.ts";
import { parseToolchain } from "../../src/plan/toolchain.ts";

const toolchain = parseToolchain({
  tools: {
    fast: { label: "fast", commands: ["fast"] },
    slow: { label: "slow 2 or newer", commands: ["slow", "slow2"], minimum: "2" },
  },
  otherwise: "Install fast.",
  ways: [
    { tool: "fast", install: [["fast", "in"]], program: ["fast", "run"] },
    {
      tool: "slow",
      note: "Slowly.",
      install: [["{tool}", "make"], ["./made"], ["{tool}", "end"]],
      program: ["./go"],
    },
  ],
});

const terminal = { step: <Result>(_: string, work: () => Promise<Result>) => work() };

let folder: string;
let bin: string;
let project: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "install-"));
  bin = join(folder, "bin");
  project = join(folder, "project");
  mkdirSync(bin);
  mkdirSync(project);
  vi.stubEnv("PATH", `${bin}:/usr/bin:/bin`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const script = (path: string, body: string) =>
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
const tool = (name: string, version: string, body = "exit 0") =>
  script(join(bin, name), `[ "$1" = --version ] && echo "${version}" && exit 0\n${body}`);

describe("findWay", () => {
  test("the first tool that is there", async () => {
    tool("fast", "fast 0.1");
    tool("slow", "slow 2.0");
    expect((await findWay(toolchain)).install).toEqual([["fast", "in"]]);
  });

  test("passes over a version that is too old, and over a shim that fails", async () => {
    script(join(bin, "fast"), "echo no such version >&2; exit 127");
    tool("slow", "slow 1.9");
    tool("slow2", "slow 2.0");
    expect((await findWay(toolchain)).install[0]).toEqual(["slow2", "make"]);
  });

  test("does not wait for one that hangs, nor for what that has started", async () => {
    script(join(bin, "fast"), "sleep 60 & sleep 60");
    tool("slow", "slow 2.0");
    vi.stubEnv("PATH", `${bin}:/usr/bin:/bin`);
    const started = Date.now();
    const { note, install } = await findWay(toolchain, 0.2);
    expect(Date.now() - started).toBeLessThan(4_000);
    expect(note).toBe("'fast' does not answer. Slowly.");
    expect(install[0]).toEqual(["slow", "make"]);
  });

  test("says that one which is there does not work", async () => {
    script(join(bin, "fast"), "exit 126");
    tool("slow", "slow 2.0");
    expect((await findWay(toolchain)).note).toBe("'fast' does not work (exit code 126). Slowly.");
  });

  test("none", async () => {
    expect(await findWay(toolchain)).toMatchObject({ ready: false, install: [["fast", "in"]] });
  });
});

describe("install", () => {
  test("runs each command in the project's folder", async () => {
    tool("slow", "slow 2.0", 'echo "$1" >> log');
    script(join(project, "made"), "pwd > where");
    expect(await install(await findWay(toolchain), project, terminal)).toEqual({ remaining: [] });
    expect(readFileSync(join(project, "log"), "utf8")).toBe("make\nend\n");
    expect(readFileSync(join(project, "where"), "utf8").trim()).toBe(project);
  });

  test("stops at the first that fails and says what is left", async () => {
    tool("slow", "slow 2.0");
    const way = await findWay(toolchain);
    script(join(project, "made"), "seq 20; echo no network >&2; exit 3");
    const { failure, remaining } = await install(way, project, terminal);
    expect(failure?.command).toEqual(["./made"]);
    expect(failure?.lastWords.split("\n")).toHaveLength(8);
    expect(failure?.lastWords).toContain("no network");
    expect(remaining).toEqual([["./made"], ["slow", "end"]]);
  });

  test("a program that is not there is a failure, not an error", async () => {
    tool("slow", "slow 2.0");
    const { failure } = await install(await findWay(toolchain), project, terminal);
    expect(failure?.command).toEqual(["./made"]);
    expect(failure?.lastWords).toContain("ENOENT");
  });
});
