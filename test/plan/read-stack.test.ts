import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { stackIds } from "../../src/options/resolve.ts";
import { ecosystemOf } from "../../src/plan/ecosystems/ecosystems.ts";
import { pinsFor } from "../../src/plan/pins.ts";
import { readStack } from "../../src/plan/read-stack.ts";

let root = "";
const folder = () => join(root, "templates/snake");
const read = () => readStack("snake", catalogue, root);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "stack-"));
  mkdirSync(join(folder(), "base/app"), { recursive: true });
  mkdirSync(join(root, "src/versions/snake"), { recursive: true });
  writeFileSync(join(root, "src/versions/snake/requirements.txt"), "web==1\n");
  writeFileSync(join(folder(), "base/app/x.py"), "x = 1\n");
  writeFileSync(join(folder(), "base/run.sh"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(
    join(folder(), "stack.json"),
    JSON.stringify({
      tools: { snake: { label: "Snake", commands: ["snake"] } },
      otherwise: "Install it.",
      ways: [{ tool: "snake", install: [["snake"]], program: ["snake"] }],
    }),
  );
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe("readStack", () => {
  test("reads layers, pins and how projects are installed", () => {
    const { layers, pins, toolchain } = read();
    expect(layers.map(({ name }) => name)).toEqual(["base"]);
    expect(layers[0]?.files.get("app/x.py")?.executable).toBe(false);
    expect(layers[0]?.files.get("run.sh")?.executable).toBe(true);
    expect([...pins.common]).toEqual([["web", "==1"]]);
    expect(pins.instead).toEqual([]);
    expect(toolchain.tools).toHaveProperty("snake");
  });

  test("reads what is true of every stack, before what this one says", () => {
    const shared = join(root, "templates/shared");
    for (const layer of ["base", "state=redis"]) {
      mkdirSync(join(shared, layer), { recursive: true });
      writeFileSync(join(shared, layer, "x.md"), "shared\n");
    }
    const { layers } = read();
    expect(layers.map(({ name }) => name)).toEqual(["shared/base", "base", "shared/state=redis"]);
    expect(layers[0]).toMatchObject({ folder: "templates/shared/base" });
  });

  test("refuses a link, which could lead out of the templates", () => {
    symlinkSync("/etc/passwd", join(folder(), "base/link"));
    expect(read).toThrow("'base/link' is no plain file");
  });

  test("reads pins that lie in a folder named by a choice", () => {
    mkdirSync(join(root, "src/versions/snake/state=redis"));
    writeFileSync(join(root, "src/versions/snake/state=redis/requirements.txt"), "web==2\n");
    const { pins } = read();
    expect(pinsFor(pins, { state: "redis" }).get("web")).toBe("==2");
    expect(pinsFor(pins, { state: "memory" }).get("web")).toBe("==1");
  });

  test("names a stack that is not there", () => {
    expect(() => readStack("snail", catalogue, root)).toThrow("templates/snail: there is no such");
  });
});

describe.each(stackIds(catalogue))("our own stack %s", (stack) => {
  const { layers, pins } = readStack(stack);
  const used = layers.flatMap(({ manifest }) => Object.values(manifest.dependencies).flat());

  test("pins every package that a layer uses, and no other", () => {
    const { packageName } = ecosystemOf(pins.file);
    expect([...pins.common.keys()].toSorted()).toEqual(
      [...new Set(used.map(packageName))].toSorted(),
    );
  });
});

describe("the stack of FastAPI", () => {
  const { pins } = readStack("fastapi");

  test("pins exactly, but for a floor beneath another package", () => {
    const floors = [...pins.common].filter(([, specifier]) => !specifier.startsWith("=="));
    expect(floors.map(([name]) => name)).toEqual(["starlette"]);
  });

  test.each([
    ["0.165", "==0.165.0"],
    ["0.141", "==0.141.1"],
    ["0.136", "==0.136.3"],
  ])("has FastAPI %s in its newest patch, above a Starlette with its fixes", (version, pin) => {
    const pinned = pinsFor(pins, { stack: "fastapi", "framework-version": version });
    expect(pinned.get("fastapi")).toBe(pin);
    expect(pinned.get("starlette")).toBe(">=1.3");
  });
});
