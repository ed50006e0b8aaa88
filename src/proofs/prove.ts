import { type Answer, type Ended, endOf, judged, type Result, unfitness } from "./judge.ts";
import { occurrences, type PlannedMutant } from "./mutants.ts";

/** Tests to run together, with a file changed where one is named. */
export type Run = {
  readonly tests: readonly string[];
  readonly file?: string;
  readonly content?: string;
  /** Whether to end with the first test that fails. */
  readonly stop: boolean;
  /** After which it is ended. */
  readonly seconds: number;
};

/** What became of a mutant. */
export type Judged = {
  readonly mutant: PlannedMutant;
  readonly result: Result;
  /** Why, where the result does not say it all. */
  readonly why?: string;
  /** Where its text is, from 1; absent: nowhere. */
  readonly line?: number;
  /** What the test that failed said. */
  readonly message?: string;
  /** With `thorough`, for one that survived: whether another test of the service fails with it. */
  readonly caught?: boolean;
};

/** How a proof ends without any edit. */
export type Proof = { readonly test: string; readonly ended: Ended };

export type Proven = { readonly mutants: readonly Judged[]; readonly proofs: readonly Proof[] };

export type Work = {
  /** The text of a file of the service; undefined where there is none. */
  readonly read: (path: string) => string | undefined;
  /** Whether the test that is named is in the service. */
  readonly hasTest: (test: string) => boolean;
  /** Runs tests when there is a free worker. */
  readonly run: (run: Run) => Promise<Answer>;
  /** Whether to run all tests with what survived. */
  readonly thorough: boolean;
  /** The time that a test gets, as a multiple of what it took, and at least. */
  readonly patience: { readonly times: number; readonly seconds: number };
  readonly onProgress: (progress: Progress) => void;
};

export type Progress = {
  readonly doing: "proofs" | "mutants";
  readonly done: number;
  readonly of: number;
};

/** So many tests share what is made once a run, such as a database. */
const TOGETHER = 12;

/**
 * Applies each mutant and runs its proof, which has to fail.
 * @param more tests to run without an edit besides
 */
export const prove = async (
  mutants: readonly PlannedMutant[],
  more: readonly string[],
  work: Work,
): Promise<Proven> => {
  const applied = mutants.map((mutant) => apply(mutant, work.read));
  const needed = applied.filter(({ content }) => content !== undefined);
  const tests = [...new Set([...needed.map(({ mutant }) => mutant.test), ...more])];
  const proofs = await runProofs(tests.toSorted(), work);
  const endings = new Map(proofs.map(({ test, ended }) => [test, ended]));
  const counted = counter("mutants", applied.length, work.onProgress);
  let suite: Promise<Answer> | undefined;
  const isCaught = async (edit: Pick<Run, "file" | "content">): Promise<boolean> => {
    suite ??= work.run(SUITE);
    const [before, after] = [await suite, await work.run({ ...edit, ...SUITE })];
    return Object.entries(after.tests).some(
      ([name, { outcome }]) => outcome === "failed" && before.tests[name]?.outcome === "passed",
    );
  };
  const results = applied.map(async ({ mutant, content, ...rest }): Promise<Judged> => {
    const ended = endings.get(mutant.test);
    const known = { mutant, ...rest };
    if (content === undefined || ended === undefined) return counted({ ...known, result: "stale" });
    const why = unfitness(ended);
    if (why !== undefined) return counted({ ...known, result: "unproven", why });
    const told = await judge(mutant, content, ended, work);
    if (told.result !== "survived" || !work.thorough) return counted({ ...known, ...told });
    const caught = await isCaught({ file: mutant.file, content });
    return counted({ ...known, ...told, caught });
  });
  return { mutants: await Promise.all(results), proofs };
};

const counter = (doing: Progress["doing"], of: number, onProgress: Work["onProgress"]) => {
  let done = 0;
  return <Value>(value: Value): Value => {
    done += 1;
    onProgress({ doing, done, of });
    return value;
  };
};

type Applied = {
  readonly mutant: PlannedMutant;
  /** The file with the edit; absent: it does not apply. */
  readonly content?: string;
  readonly line?: number;
  readonly why?: string;
};

const apply = (mutant: PlannedMutant, read: Work["read"]): Applied => {
  const { file, text, instead } = mutant;
  const content = read(file);
  if (content === undefined) return { mutant, why: `${file} is gone` };
  const count = occurrences(content, text);
  const at = content.indexOf(text);
  if (count === 1) {
    const edited = content.slice(0, at) + instead + content.slice(at + text.length);
    return { mutant, content: edited, line: lineAt(content, at + leading(text)) };
  }
  if (count > 1) {
    return { mutant, line: lineAt(content, at), why: `its text is in ${file} ${count} times` };
  }
  const line = lineOfFirst(content, text);
  return { mutant, ...(line === undefined ? {} : { line }), why: `its text is not in ${file}` };
};

const leading = (text: string): number => text.length - text.trimStart().length;

const lineAt = (content: string, at: number): number => content.slice(0, at).split("\n").length;

/** Where the first line of a text is that has more than a word, if that is in one place. */
const lineOfFirst = (content: string, text: string): number | undefined => {
  const first = text
    .split("\n")
    .find((line) => /\w\W+\w/.test(line))
    ?.trim();
  if (first === undefined || occurrences(content, first) !== 1) return undefined;
  return lineAt(content, content.indexOf(first));
};

const runProofs = async (tests: readonly string[], work: Work): Promise<readonly Proof[]> => {
  const counted = counter("proofs", tests.length, work.onProgress);
  const missing: readonly Proof[] = tests
    .filter((test) => !work.hasTest(test))
    .map((test) => counted({ test, ended: { outcome: "missing", seconds: 0 } }));
  const there = tests.filter(work.hasTest);
  const groups = Array.from({ length: Math.ceil(there.length / TOGETHER) }, (_, group) =>
    there.slice(group * TOGETHER, (group + 1) * TOGETHER),
  );
  const alone = async (test: string): Promise<Ended> =>
    endOf(await work.run({ tests: [test], stop: false, seconds: limit(work) }), test);
  const run = async (group: readonly string[]): Promise<readonly Proof[]> => {
    const seconds = limit(work) * group.length;
    const answer = await work.run({ tests: group, stop: false, seconds });
    const proofs: Proof[] = [];
    for (const test of group) {
      const ended = endOf(answer, test);
      // What fails beside others may be their fault, or that of a busy machine.
      const isFine = ended.outcome === "passed" || ended.outcome === "skipped";
      proofs.push(counted({ test, ended: isFine ? ended : await alone(test) }));
    }
    return proofs;
  };
  return [...missing, ...(await Promise.all(groups.map(run))).flat()];
};

const limit = ({ patience }: Work, seconds = 0): number =>
  Math.max(patience.seconds, patience.times * seconds);

const judge = async (
  { file, test }: PlannedMutant,
  content: string,
  before: Ended,
  work: Work,
): Promise<Pick<Judged, "result" | "why" | "message">> => {
  const seconds = limit(work, before.seconds);
  const ended = endOf(await work.run({ file, content, tests: [test], stop: true, seconds }), test);
  return {
    ...judged(ended),
    ...(ended.message === undefined ? {} : { message: ended.message }),
  };
};

/** All tests of the service. */
const SUITE: Run = { tests: [], stop: false, seconds: 1800 };
