import process from "node:process";
import { createInterface } from "node:readline";
import type { Command } from "../project/toolchain.ts";

/** How a program ended. */
export type Ran = {
  readonly ok: boolean;
  /** Why it did not end well; undefined when it did, or when its own words have to do. */
  readonly fault?: "missing" | "slow";
  readonly exitCode: number | undefined;
  /** What it printed to its standard output, and to both. */
  readonly stdout: string;
  readonly said: string;
  /** What it printed to its standard output as it is, where that was asked for. */
  readonly bytes?: Uint8Array;
};

type Options = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Read by the program; absent: it finds nothing to read. */
  readonly input?: string;
  /** After which it is ended, with everything that it started. */
  readonly seconds?: number;
  /** Whether what it prints is bytes, and no text. */
  readonly bytes?: boolean;
};

/** Time for programs to end by themselves, and then for their pipes to close. */
const GRACE_MS = 2_000;

/** What execa says of a program that has ended. */
type Result = {
  readonly failed: boolean;
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly all: string;
  readonly originalMessage?: string | undefined;
  readonly code?: string | undefined;
};

const running = new Set<number>();
/** During shutdown, no program is started, and exit codes are not reported. */
let isEnding = false;
const never = new Promise<never>(() => undefined);
/** A group of its own can be ended whole: what a program starts would outlive it otherwise. */
const hasGroups = process.platform !== "win32";

const signalGroup = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(hasGroups ? -pid : pid, signal);
  } catch {
    return false;
  }
};

/** Runs a program to its end. Never rejects. */
export async function run(command: Command, options: Options = {}): Promise<Ran> {
  const { execa } = await import("execa");
  if (isEnding) return never;
  const [program = "", ...rest] = command;
  const { input, seconds, bytes = false, ...where } = options;
  const child = execa(program, rest, {
    ...where,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    // Latin-1 keeps each byte as a character.
    ...(bytes ? { encoding: "latin1" as const, stripFinalNewline: false } : {}),
    all: true,
    reject: false,
    detached: hasGroups,
  });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  const timers: NodeJS.Timeout[] = [];
  const late = new Promise<undefined>((done) => {
    if (seconds === undefined || pid === undefined) return;
    const end = () => {
      signalGroup(pid, "SIGKILL");
      timers.push(setTimeout(() => done(undefined), GRACE_MS));
    };
    timers.push(setTimeout(end, seconds * 1000));
  });
  const started = Date.now();
  const result = await Promise.race([child, late]);
  for (const timer of timers) clearTimeout(timer);
  if (isEnding) return never;
  if (pid !== undefined) running.delete(pid);
  const isSlow = seconds !== undefined && Date.now() - started >= seconds * 1000;
  if (result === undefined) {
    child.unref();
    return { ok: false, fault: "slow", exitCode: undefined, stdout: "", said: "" };
  }
  return ranOf(result, bytes, isSlow);
}

const ranOf = (result: Result, bytes: boolean, isSlow: boolean): Ran => {
  const { failed, exitCode, stdout, all } = result;
  const said = (all || result.originalMessage) ?? "";
  const raw = bytes ? { bytes: Buffer.from(stdout, "latin1") } : {};
  if (!failed) return { ok: true, exitCode, stdout, said, ...raw };
  const fault = isSlow ? "slow" : result.code === "ENOENT" ? "missing" : undefined;
  return { ok: false, exitCode, stdout, said, ...(fault === undefined ? {} : { fault }) };
};

/** Ends whatever still runs, and whatever that has started. */
export async function endPrograms(): Promise<void> {
  isEnding = true;
  const groups = [...running];
  for (const pid of groups) signalGroup(pid, "SIGTERM");
  const until = Date.now() + GRACE_MS;
  while (Date.now() < until && groups.some((pid) => signalGroup(pid, 0))) {
    await new Promise((done) => setTimeout(done, 20));
  }
  for (const pid of groups) signalGroup(pid, "SIGKILL");
}

/** A program that answers each line with a line. */
export type Conversation = {
  /** The answer; undefined once it has ended. */
  readonly ask: (line: string) => Promise<string | undefined>;
  /** Why it ended: what it printed to its standard error, or how it was ended. */
  readonly said: () => Promise<string>;
  readonly end: () => void;
};

/** Starts a program that goes on until it is told to end. */
export async function converse(
  command: Command,
  options: Pick<Options, "cwd" | "env"> = {},
): Promise<Conversation> {
  const { execa } = await import("execa");
  if (isEnding) return never;
  const [program = "", ...rest] = command;
  const child = execa(program, rest, {
    ...options,
    stdin: "pipe",
    reject: false,
    buffer: { stdout: false, stderr: true },
    detached: hasGroups,
  });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  const said = child.then(({ stderr, originalMessage, signal, exitCode }) => {
    if (pid !== undefined) running.delete(pid);
    return stderr || originalMessage || (signal ?? `exit code ${exitCode}`);
  });
  // It may have ended by itself, and then reads nothing any more.
  child.stdin.on("error", () => undefined);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
      const { value, done } = await answers.next();
      if (isEnding) return never;
      return done === true ? undefined : String(value);
    },
    said: () => said,
    end: () => {
      child.stdin.end();
      if (pid !== undefined) signalGroup(pid, "SIGTERM");
    },
  };
}
