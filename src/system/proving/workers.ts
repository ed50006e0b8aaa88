import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { excerpt, UserError } from "../../errors.ts";
import type { Proving } from "../../plan/toolchain.ts";
import type { Answer } from "../../proofs/judge.ts";
import type { Run } from "../../proofs/prove.ts";
import { type Conversation, converse } from "../programs.ts";
import { temporaryFolder } from "../temporary.ts";
import { copyFiles, filesOf } from "./copies.ts";

/** Runs tests in copies of a service. */
export type Workers = {
  /** The versions of packages that are installed, and of what runs them. */
  readonly versions: (packages: readonly string[]) => Promise<Readonly<Record<string, string>>>;
  readonly run: (run: Run) => Promise<Answer>;
  /** Ends them and removes the copies. */
  readonly close: () => void;
};

type Asked = Run | { readonly versions: readonly string[] };

type Worker = {
  /** The file that it changed last: it keeps what need not be imported for the next change of it. */
  file: string | undefined;
  readonly answer: <Found>(asked: Asked) => Promise<Found>;
  readonly end: () => void;
};

type Waiting = {
  readonly file: string | undefined;
  readonly begin: (worker: Worker) => void;
};

/**
 * Makes ready as many workers as may run at once; each starts, and copies, when there is work.
 * @param folder the service, which is only read
 * @param source the worker's program
 */
export async function openWorkers(
  folder: string,
  { program, linked = [], ignored }: Proving,
  source: string,
  most: number,
): Promise<Workers> {
  const paths = await filesOf(folder, ignored);
  const { place, remove } = temporaryFolder();
  const file = join(place, "worker");
  writeFileSync(file, source);
  const [name = "", ...rest] = program;
  const words = [name.includes("/") ? join(folder, name) : name, ...rest, file];

  const idle: Worker[] = [];
  const all: Worker[] = [];
  const waiting: Waiting[] = [];
  const free = (worker: Worker) => {
    const [next] = waiting.splice(nextFor(worker, all, waiting), 1);
    if (next === undefined) idle.push(worker);
    else next.begin(worker);
  };
  const open = (): Worker => {
    const worker = makeWorker(words, join(place, String(all.length + 1)), (copy) => {
      copyFiles(folder, paths, copy);
      for (const path of linked) symlinkSync(join(folder, path), join(copy, path), "junction");
    });
    all.push(worker);
    return worker;
  };
  const taken = async (file: string | undefined): Promise<Worker> => {
    const worker = idle.pop();
    if (worker !== undefined) return worker;
    if (all.length < most) return open();
    return new Promise((begin) => waiting.push({ file, begin }));
  };
  const ask = async <Found>(asked: Asked): Promise<Found> => {
    const file = "file" in asked ? asked.file : undefined;
    const worker = await taken(file);
    worker.file = file;
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
      remove();
    },
  };
}

/** The place in the queue of what a worker does next: more of its file, or one that none has. */
function nextFor(
  { file: own }: Worker,
  all: readonly Worker[],
  waiting: readonly Waiting[],
): number {
  const files = new Set(all.map(({ file }) => file));
  const more = waiting.findIndex(({ file }) => file === own);
  if (more >= 0) return more;
  return Math.max(
    0,
    waiting.findIndex(({ file }) => !files.has(file)),
  );
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
    file: undefined,
    answer: async (asked) => {
      talk ??= start();
      const { ask, said, end } = await talk;
      const line = await ask(lineOf(asked));
      try {
        // What is ended in the middle of its answer leaves a part of it.
        if (line !== undefined) return JSON.parse(line);
      } catch {
        end();
      }
      throw endedError(await said());
    },
    end: () =>
      void talk?.then(
        ({ end }) => end(),
        () => undefined,
      ),
  };
}

/** Writes JSON in one line: to Node's readline, some characters that JSON leaves as they are end it. */
const lineOf = (asked: Asked): string =>
  JSON.stringify(asked).replace(
    /[\u2028\u2029]/g,
    (separator) => `\\u${separator.charCodeAt(0).toString(16)}`,
  );

const endedError = (said: string): UserError => {
  const lines = said.trim().split("\n");
  const why = lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? "";
  return new UserError(
    `A process that runs the tests has ended (${excerpt(why, 300)}).`,
    "prove",
    "Run it again; with a smaller --jobs where memory is short.",
    { code: "proof" },
  );
};
