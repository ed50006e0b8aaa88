import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWorkers } from "../../src/system/proving/workers.ts";

/** Answers with what its copy holds. */
const WORKER = `
const { lstatSync, readdirSync, readFileSync } = require("node:fs");
require("node:readline").createInterface({ input: process.stdin }).on("line", () => {
  const files = readdirSync(".").sort().join();
  const isLink = lstatSync("node_modules").isSymbolicLink();
  console.log(JSON.stringify({ files, isLink, version: readFileSync("node_modules/version", "utf8") }));
});
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "create-secure-api-test-"));
  mkdirSync(join(folder, "node_modules"));
  writeFileSync(join(folder, "node_modules", "version"), "1.0");
  for (const name of [".env", "service.ts"]) writeFileSync(join(folder, name), "");
});
afterEach(() => rmSync(folder, { recursive: true }));

const ENDINGS: readonly (readonly [how: string, worker: string, said: string])[] = [
  ["before its answer", "process.kill(process.pid, 'SIGKILL')", "SIGKILL"],
  ["in the middle of it", "process.stdout.write('{'); process.exit(3)", "code 3"],
  ["by a fault of its own", "throw new Error('no memory')", "Error: no memory"],
  ["with other words", "console.log('Hello'); setInterval(() => {}, 1000)", "SIGTERM"],
];
test.each(ENDINGS)("a worker that ends %s is no bug of ours", async (_how, code, said) => {
  const worker = `require("node:readline").createInterface({ input: process.stdin })
    .on("line", () => { ${code} });`;
  const proving = { program: ["node"], linked: [], worker: "prove.mjs", ignored: [] };
  const workers = await openWorkers(folder, proving, worker, 1);
  try {
    const asked = workers.versions([]);
    await expect(asked).rejects.toThrow(/^prove: A process that runs the tests has ended \(/);
    await expect(asked).rejects.toThrow(said);
  } finally {
    workers.close();
  }
});

test("text with any separator is asked and answered in a line", async () => {
  const worker = `require("node:readline").createInterface({ input: process.stdin })
    .on("line", (line) => {
      const [said] = JSON.parse(line).versions;
      console.log(JSON.stringify({ said }).replace(/[\\u2028\\u2029]/g, escape).replaceAll("%u", "\\\\u"));
    });`;
  const proving = { program: ["node"], linked: [], worker: "prove.mjs", ignored: [] };
  const workers = await openWorkers(folder, proving, worker, 1);
  const said = "a\u2028b\u2029c\r\nd\u0085e";
  try {
    expect(await workers.versions([said])).toEqual({ said });
  } finally {
    workers.close();
  }
});

test("a copy links to what is installed, and has no secrets", async () => {
  const ignored = [".env", "node_modules"];
  const proving = { program: ["node"], linked: ["node_modules"], worker: "prove.mjs", ignored };
  const workers = await openWorkers(folder, proving, WORKER, 1);
  try {
    const found = { files: "node_modules,service.ts", isLink: true, version: "1.0" };
    expect(await workers.versions([])).toEqual(found);
  } finally {
    workers.close();
  }
});
