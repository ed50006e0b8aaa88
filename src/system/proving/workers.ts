import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Proving } from "../../plan/toolchain.ts";
import type { Answer } from "../../proofs/judge.ts";
import type { Run } from "../../proofs/prove.ts";
import { type Conversation, converse } from "../programs.ts";
import { copyFiles, filesOf } from "./copies.ts";

/** Runs tests in copies of a service. */
export type Workers = {
  /** The versions of packages that are installed, and of what runs them. */
  readonly versions: (packages: readonly string[]) => Promise<Readonly<Record<string, string>>>;
  readonly run: (run: Run) => Promise<Answer>;
  /** Ends them and removes the copies. */
  readonly close: () => void;
};

type Worker = {
  readonly answer: <Found>(asked: object) => Promise<Found>;
  readonly end: () => void;
};

/**
 * Makes ready as many workers as may run at once; each starts, and copies, when there is work.
 * @param folder the service, which is only read
 * @param source the worker's program
 */
export async function openWorkers(
  folder: string,
  { program, ignored }: Proving,
  source: string,
  most: number,
): Promise<Workers> {
  const paths = await filesOf(folder, ignored);
  const place = realpathSync(mkdtempSync(join(tmpdir(), "create-secure-api-prove-")));
  const remove = () => rmSync(place, { recursive: true, force: true });
  process.once("exit", remove);
  const file = join(place, "worker");
  writeFileSync(file, source);
  const [name = "", ...rest] = program;
  const words = [join(folder, name), ...rest, file];

  const idle: Worker[] = [];
  const all: Worker[] = [];
  const waiting: ((worker: Worker) => void)[] = [];
  const free = (worker: Worker) => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };
  const open = (): Worker => {
    const worker = makeWorker(words, join(place, String(all.length + 1)), (copy) =>
      copyFiles(folder, paths, copy),
    );
    all.push(worker);
    return worker;
  };
  const taken = async (): Promise<Worker> => {
    const worker = idle.pop();
    if (worker !== undefined) return worker;
    if (all.length < most) return open();
    return new Promise((done) => waiting.push(done));
  };
  const ask = async <Found>(asked: object): Promise<Found> => {
    const worker = await taken();
    try {
      return await worker.answer<Found>(asked);
    } finally {
      free(worker);
    }
  };
  return {
    run: (run) => ask(run),
    versions: (packages) => ask({ versions: packages }),
    close: () => {
      for (const worker of all) worker.end();
      process.off("exit", remove);
      remove();
    },
  };
}

function makeWorker(
  words: readonly string[],
  place: string,
  copyTo: (folder: string) => void,
): Worker {
  const copy = join(place, "service");
  const temporary = join(place, "temporary");
  let talk: Promise<Conversation> | undefined;
  const start = (): Promise<Conversation> => {
    if (!existsSync(copy)) {
      mkdirSync(temporary, { recursive: true });
      copyTo(copy);
    }
    return converse([...words, temporary], { cwd: copy });
  };
  return {
    answer: async (asked) => {
      talk ??= start();
      const { ask, said } = await talk;
      const line = await ask(JSON.stringify(asked));
      if (line !== undefined) return JSON.parse(line);
      throw new Error(`the worker ended: ${said()}`);
    },
    end: () =>
      void talk?.then(
        ({ end }) => end(),
        () => undefined,
      ),
  };
}
