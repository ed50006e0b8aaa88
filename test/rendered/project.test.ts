import { execFileSync } from "node:child_process";
import { afterAll, expect, test } from "vitest";
import { makeProject } from "./project.ts";

const project = makeProject({});
afterAll(project.remove);

const shell = (text: string, minutes?: number) =>
  project.run("sh", ["-ec", text], minutes === undefined ? {} : { minutes });

const isRunning = (words: string): boolean =>
  execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" }).split("\n").includes(words);

test("what a program prints is given back", async () => {
  expect(await shell("echo one; echo two >&2; echo three")).toBe("one\ntwo\nthree");
});

test("why a program fails is said", async () => {
  await expect(shell("echo broken; exit 3")).rejects.toThrow(/^\$ sh -ec .*\nbroken\n\(exit 3\)$/s);
  await expect(project.run("no-such-program", [])).rejects.toThrow("no-such-program");
});

test("what a program leaves running is not waited for", async () => {
  expect(await shell("sleep 30.25 & echo $!").then((pid) => process.kill(Number(pid)))).toBe(true);
});

test("a program that takes too long ends with all that it has started", async () => {
  const late = shell("echo begun; sh -c 'sleep 30.75; echo late'; echo later", 0.01);
  await expect(late).rejects.toThrow(/begun\n\(took longer than 0.01 minutes\)$/);
  expect(isRunning("sleep 30.75")).toBe(false);
});
