/**
 * Runs the tests in several processes: `node tests/run.ts [option…] [file…]`
 *
 * The files of a process share what they import: loading the service takes longer than most of
 * them. Options are those of `node --test`.
 */

import { spawn } from "node:child_process";
import { globSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

// A test waits longer than it computes: for the database, other processes and timeouts.
const PROCESSES_PER_PROCESSOR = 3;
const MOST_PROCESSES = 8;
// As the service has it.
const NODE_COMPILE_CACHE = fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url));
const TEST_MILLISECONDS = 60_000;
// A test that never comes back to the event loop sees no timeout of its own.
const SILENT_MILLISECONDS = 2 * TEST_MILLISECONDS;

const given = process.argv.slice(2);
const options = given.filter((word) => word.startsWith("-"));
const patterns = given.filter((word) => !word.startsWith("-"));

interface Part {
  readonly files: string[];
  bytes: number;
}

/** Returns the files of a pattern, of which there has to be one. */
const filesOf = (pattern: string): readonly string[] => {
  const found = globSync(pattern);
  if (found.length > 0) return found;
  process.stderr.write(`No test file is at ${pattern}.\n`);
  return process.exit(2);
};

/** Deals files out, the longest first: each to whoever has the least to do. */
const dealt = (files: readonly string[]): readonly Part[] => {
  const processes = Math.min(
    availableParallelism() * PROCESSES_PER_PROCESSOR,
    MOST_PROCESSES,
    files.length,
  );
  const parts: Part[] = Array.from({ length: processes }, () => ({ files: [], bytes: 0 }));
  const sized = files.map((file) => ({ file, bytes: statSync(file).size }));
  for (const { file, bytes } of sized.toSorted((one, other) => other.bytes - one.bytes)) {
    const part = parts.reduce((one, other) => (other.bytes < one.bytes ? other : one));
    part.files.push(file);
    part.bytes += bytes;
  }
  return parts;
};

/** Runs a part of the files; returns whether all of its tests passed. */
const run = async ({ files }: Part): Promise<boolean> => {
  const args = [
    "--test",
    "--test-isolation=none",
    `--test-timeout=${TEST_MILLISECONDS}`,
    `--import=${import.meta.resolve("./support/announced.ts")}`,
    ...options,
    ...files,
  ];
  const child = spawn(process.execPath, args, {
    env: { NODE_COMPILE_CACHE, ...process.env },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  let last = "the first test";
  const timer = setTimeout(() => {
    process.stderr.write(`${last}: it hangs, and was ended with all tests after it\n`);
    child.kill("SIGKILL");
  }, SILENT_MILLISECONDS);
  child.on("message", (test) => {
    last = String(test);
    timer.refresh();
  });
  child.on("close", resolve);
  const code = await ended;
  clearTimeout(timer);
  return code === 0;
};

const files = (patterns.length > 0 ? patterns : ["tests/**/*.test.ts"]).flatMap(filesOf);
const passed = await Promise.all(dealt(files).map(run));
process.exitCode = passed.every(Boolean) ? 0 : 1;
