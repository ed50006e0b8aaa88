/**
 * Runs tests of a service, one of whose files may be changed, and says how each ended.
 *
 * Reads a line of JSON for each run and answers with one. Each run is a process of its own, with
 * all that it starts.
 */

import { fork } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { run as runTests } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = process.cwd();
const [, PROGRAM, TEMPORARY, GIVEN] = process.argv;
// What is raised by an edit that is no working code.
const BROKEN = ["ReferenceError", "SyntaxError"];
const BROKEN_CODE = /MODULE|TYPESCRIPT|PACKAGE|^ERR_UNKNOWN_FILE/;
const LONGEST = 300;

const cut = (text) => text.split("\n", 1)[0].slice(0, LONGEST);

/** Runs the tests in this process, and tells the worker of each as it ends. */
const runHere = async ({ tests, file: changed }) => {
  const titles = tests.map((test) => test.slice(test.indexOf("::") + 2));
  const selected = {
    files: [...new Set(tests.map((test) => join(ROOT, test.split("::", 1)[0])))],
    testNamePatterns: titles.map((title) => new RegExp(`^${RegExp.escape(title)}$`)),
  };
  const all = { globPatterns: ["tests/**/*.test.ts"] };
  let below;
  for await (const { type, data } of runTests({ cwd: ROOT, ...(tests.length ? selected : all) })) {
    if (type === "test:stderr") process.send({ said: data.message });
    if (type !== "test:pass" && type !== "test:fail") continue;
    const ended = type === "test:pass" ? passed(data) : failed(data, changed, below);
    below = type === "test:fail" ? ended : below;
    // Each file is reported as well.
    if (data.nesting > 0 || resolve(ROOT, data.name) === data.file) continue;
    const path = relative(ROOT, data.file).replaceAll(sep, "/");
    const seconds = data.details.duration_ms / 1000;
    process.send({ name: `${path}::${data.name}`, ended: { ...ended, seconds } });
  }
};

const passed = ({ skip }) =>
  skip === undefined ? { outcome: "passed" } : { outcome: "skipped", message: cut(String(skip)) };

/** Tells an expectation that is not met from code that does not work. */
const failed = ({ details: { error } }, changed, below) => {
  const { failureType, cause } = error;
  if (failureType === "subtestsFailed" && below !== undefined) return below;
  const { name = "Error", code = "", message = String(cause) } = cause ?? {};
  const where = innermost(cause?.stack ?? "");
  const isBroken =
    BROKEN.includes(name) ||
    BROKEN_CODE.test(code) ||
    (name === "TypeError" && where.split(":", 1)[0] === changed);
  const fits = code === "ERR_ASSERTION" ? failureType !== "hookFailed" : !isBroken;
  const counts = code === "ERR_ASSERTION" || failureType === "testCodeFailure";
  const outcome = fits && counts ? "failed" : "error";
  return { outcome, message: cut(`${name}: ${message}`), where };
};

/** Returns the innermost line of the service or of its tests, as path:line. */
const innermost = (stack) => {
  for (const [, place, line] of stack.matchAll(/(file:\/\/\S+?|\/[^\s:()]+):(\d+):\d+/g)) {
    const path = relative(ROOT, place.startsWith("file:") ? fileURLToPath(place) : place);
    if (!/^\.\.|^node_modules/.test(path)) return `${path.replaceAll(sep, "/")}:${line}`;
  }
  return "";
};

/** Runs the tests in a process of their own, and ends it with whatever it has started. */
const forked = (run) =>
  new Promise((resolve) => {
    const tests = {};
    let [slow, said] = [false, ""];
    const child = fork(PROGRAM, [TEMPORARY, JSON.stringify({ ...run, content: undefined })], {
      detached: true,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      env: { ...process.env, TMPDIR: TEMPORARY },
    });
    const end = () => {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(() => {
      slow = true;
      end();
    }, run.seconds * 1000);
    running = end;
    child.on("message", ({ name, ended, said: text = "" }) => {
      said += text;
      if (name === undefined) return;
      tests[name] = ended;
      if (run.stop && ["failed", "error"].includes(ended.outcome)) end();
    });
    child.on("close", () => {
      clearTimeout(timer);
      end();
      resolve({ tests, stopped: null, slow, said: reasonIn(said) });
    });
  });

/** Returns the line that says why code does not even load. */
const reasonIn = (said) => {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  return cut(lines.findLast((line) => /^\s*\w*Error\b/.test(line)) ?? lines.at(-1) ?? "").trim();
};

/** Runs the tests while a file has another content. */
const changed = async (run) => {
  const path = join(ROOT, run.file);
  const original = readFileSync(path);
  writeFileSync(path, run.content);
  try {
    return await forked(run);
  } finally {
    writeFileSync(path, original);
  }
};

/** Tells which versions of packages the service has, and of Node.js. */
const versionsOf = (names) => {
  const found = { "Node.js": process.versions.node };
  for (const name of names) {
    try {
      const text = readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8");
      found[name] = JSON.parse(text).version;
    } catch {
      // It is not installed.
    }
  }
  return found;
};

/** Writes JSON in one line: to readline, some characters that JSON leaves as they are end it. */
const lineOf = (answer) =>
  JSON.stringify(answer).replace(
    /[\u2028\u2029]/g,
    (separator) => `\\u${separator.charCodeAt(0).toString(16)}`,
  );

let running = () => undefined;

if (GIVEN === undefined) {
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => {
    running();
    process.exit(143);
  });
  for await (const line of createInterface({ input: process.stdin })) {
    const run = JSON.parse(line);
    const answer = run.versions
      ? versionsOf(run.versions)
      : await (run.file === undefined ? forked(run) : changed(run));
    process.stdout.write(`${lineOf(answer)}\n`);
  }
} else {
  await runHere(JSON.parse(GIVEN));
  process.disconnect();
}
