import { spawn } from "node:child_process";
import { join } from "node:path";
import type { NextStep } from "../../src/project/steps.ts";
import type { Variables } from "./project.ts";

/** What is typed when a program asks for it. */
export type Typed = readonly (readonly [asked: string, typed: string])[];

export type Shell = {
  readonly folder: string;
  readonly variables: Variables;
  readonly typed: Typed;
};

const PATIENCE_MS = 300_000;
const terminal = join(import.meta.dirname, "../cli/terminal.py");

/**
 * Runs the lines of a step as somebody would who pastes them into a terminal.
 * @param until ends what goes on until it is told to stop, once this is true
 * @throws Error with what was printed, when a line fails
 */
export const runStep = (
  { commands }: NextStep,
  { folder, variables, typed }: Shell,
  until?: () => Promise<boolean>,
): Promise<string> =>
  new Promise((done, fail) => {
    const script = commands.join("\n");
    const child = spawn("python3", [terminal, "sh", "-ec", script], {
      cwd: folder,
      env: { ...variables },
    });
    let output = "";
    let pid = "";
    let seen = 0;
    let isStopped = false;
    const left = [...typed];
    child.stderr.on("data", (text) => {
      pid += text;
    });
    child.stdout.on("data", (text) => {
      output += text;
      const index = left.findIndex(([asked]) => output.indexOf(asked, seen) !== -1);
      const [found] = index === -1 ? [] : left.splice(index, 1);
      if (found === undefined) return;
      seen = output.length;
      child.stdin.write(`${found[1]}\r`);
    });
    const stop = () => {
      isStopped = true;
      process.kill(-Number.parseInt(pid, 10), "SIGTERM");
    };
    const watch = setInterval(async () => {
      if (!isStopped && (await until?.()) === true) stop();
    }, 200);
    const late = setTimeout(() => child.kill(), PATIENCE_MS);
    child.on("close", (code) => {
      clearInterval(watch);
      clearTimeout(late);
      if (code === 0 || isStopped) done(output);
      else fail(new Error(`$ ${script}\n${output}\n(exit ${code})`));
    });
  });
