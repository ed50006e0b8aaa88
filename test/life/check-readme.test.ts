import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { parseAnswers } from "../../src/options/schema.ts";
import { readTree } from "../cli/package.ts";
import { checkCell, told } from "../fixtures/checked.ts";
import { cellOf } from "../fixtures/matrix.ts";
import { blocksOf, place } from "../rendered/readme.ts";

test.each([
  { orm: "sqlalchemy", auth: "jwt" },
  { orm: "tortoise", auth: "api-key" },
  { orm: "sqlalchemy", auth: "oidc" },
  { orm: "tortoise", auth: "session" },
  { stack: "fastify", orm: "drizzle", auth: "jwt" },
  { stack: "fastify", orm: "mikro-orm", auth: "api-key" },
])("a resource that is added as the README says weakens nothing: $orm, $auth", (selection) => {
  const cell = cellOf(parseAnswers(selection).selection);
  const folder = mkdtempSync(join(tmpdir(), "checked-"));
  try {
    for (const [path, text] of cell.texts) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const blocks = blocksOf(cell.texts.get("README.md") ?? "", "Add a resource");
    const code = blocks.filter(({ language }) => language !== "sh");
    expect(code.length).toBeGreaterThan(5);
    for (const block of code) place(folder, block);
    const files = new Map(Object.entries(readTree(folder)));
    expect(files.size).toBeGreaterThan(cell.texts.size);
    expect(told(checkCell(cell, files))).toEqual([]);
    const routes = [...files].filter(([path]) =>
      /^(?:app|src)\/projects\/.*routes\.\w+$/.test(path),
    );
    expect(routes).toHaveLength(1);
    for (const [path, text] of routes) {
      files.set(path, text.replace(/dependencies=\[[^\]]*\]|access: "projects:\w+"/, ""));
    }
    expect(told(checkCell(cell, files)).join("\n")).toMatch(/^weakened:\w+ \S*\/projects/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
