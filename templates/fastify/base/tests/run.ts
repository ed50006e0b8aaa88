/**
 * Runs the tests in several processes: `node tests/run.ts [option…] [file…]`
 *
 * The files of a process share what they import: loading the service takes longer than most of
 * them. Options are those of `node --test`.
 */

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

// A test waits about as long as it computes.
const PROCESSES_PER_PROCESSOR = 2;
const MOST_PROCESSES = 8;
// As the service has it.
const NODE_COMPILE_CACHE = fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url));
const TEST_MILLISECONDS = 60_000;
// A test that never comes back to the event loop sees no timeout of its own.
const SILENT_MILLISECONDS = 2 * TEST_MILLISECONDS;

const given = process.argv.slice(2);
const options = given.filter((word) => word.startsWith("-"));
const files = given.filter((word) => !word.startsWith("-"));

/** Runs a part of the files; returns whether all of its tests passed. */
const run = async (part: number, parts: number): Promise<boolean> => {
  const args = [
    "--test",
    "--test-isolation=none",
    `--test-timeout=${TEST_MILLISECONDS}`,
    `--test-shard=${part}/${parts}`,
    `--import=${import.meta.resolve("./support/announced.ts")}`,
    ...options,
    ...(files.length > 0 ? files : ["tests/**/*.test.ts"]),
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

const parts = Math.min(
  availableParallelism() * PROCESSES_PER_PROCESSOR,
  MOST_PROCESSES,
  files.length || MOST_PROCESSES,
);
const passed = await Promise.all(
  Array.from({ length: parts }, (_, index) => run(index + 1, parts)),
);
process.exitCode = passed.every(Boolean) ? 0 : 1;
