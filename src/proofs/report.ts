import type { Control } from "../plan/manifest.ts";
import { type SarifResult, type SarifRule, sarifLog } from "../project/sarif.ts";
import { type Result, unfitness } from "./judge.ts";
import type { Judged, Proof, Proven } from "./prove.ts";

const RESULTS: readonly Result[] = ["killed", "survived", "stale", "unproven"];

/** How many mutants came to each result. */
export const countsOf = (mutants: readonly Judged[]): Readonly<Record<Result, number>> =>
  Object.fromEntries(
    RESULTS.map((wanted) => [wanted, mutants.filter(({ result }) => result === wanted).length]),
  ) as Record<Result, number>;

/** A mutant as programs read it. */
export const mutantJson = ({ mutant, result, why, line, message, caught }: Judged): object => ({
  control: mutant.control,
  mutant: mutant.id,
  result,
  file: mutant.file,
  line: line ?? null,
  test: mutant.test,
  why: why ?? null,
  message: message ?? null,
  ...(caught === undefined ? {} : { caught }),
});

const nameOf = ({ mutant: { control, id } }: Judged): string => `${control}/${id}`;

const placeOf = ({ mutant: { file }, line }: Judged): string =>
  line === undefined ? file : `${file}:${line}`;

const TITLES: Readonly<Record<Exclude<Result, "killed">, string>> = {
  survived: "Survived: the service is weaker, and the test passes",
  unproven: "Not judged: the test can tell nothing",
  stale: "Does not apply: the code was edited",
};

/** What became of a mutant that was not killed, as a sentence. */
const sentenceOf = (judged: Judged): string => {
  const { mutant, result, why, caught } = judged;
  if (result !== "survived") return `${why ?? "it was not judged"}.`;
  const passed = why ?? `${mutant.test} passes with it`;
  if (caught === undefined) return `${passed}.`;
  return `${passed}; ${caught ? "another test fails" : "so do all other tests"}.`;
};

/** The table of controls, and below it each mutant that was not killed. */
export const provenLines = ({ mutants, proofs }: Proven, seconds: number): readonly string[] => {
  const controls = [...new Set(mutants.map(({ mutant }) => mutant.control))];
  const width = Math.max("Control".length, ...controls.map((control) => control.length));
  const counts = countsOf(mutants);
  const rows = controls.map((control) => {
    const own = countsOf(mutants.filter(({ mutant }) => mutant.control === control));
    const rest = (["survived", "unproven", "stale"] as const).flatMap((result) =>
      own[result] === 0 ? [] : `${own[result]} ${result}`,
    );
    return `${control.padEnd(width)}  ${[`${own.killed} killed`, ...rest].join(", ")}`;
  });
  const parts = (["survived", "unproven", "stale"] as const).flatMap((result) => {
    const own = mutants.filter((judged) => judged.result === result);
    if (own.length === 0) return [];
    const lines = own.flatMap((judged) => [
      `  ${nameOf(judged)} (${placeOf(judged)})`,
      `    ${sentenceOf(judged)}`,
    ]);
    return ["", `${TITLES[result]}.`, ...lines];
  });
  return [...rows, ...parts, ...unfitLines(proofs), "", summaryOf(counts, seconds)];
};

/** The tests that prove nothing, whatever is edited. */
export const unfitProofs = (proofs: readonly Proof[]): readonly Proof[] =>
  proofs.filter(({ ended }) => unfitness(ended) !== undefined);

const unfitLines = (proofs: readonly Proof[]): readonly string[] => {
  const lines = unfitProofs(proofs).map(({ test, ended }) => `  ${test}: ${unfitness(ended)}.`);
  return lines.length === 0 ? [] : ["", "Tests that prove nothing.", ...lines];
};

const summaryOf = (counts: Readonly<Record<Result, number>>, seconds: number): string => {
  const rest = (["survived", "unproven", "stale"] as const).flatMap((result) =>
    counts[result] === 0 ? [] : `${counts[result]} ${result}`,
  );
  const all = RESULTS.reduce((sum, result) => sum + counts[result], 0);
  return `${[`${counts.killed} of ${all} mutants killed`, ...rest].join(", ")} in ${durationOf(seconds)}.`;
};

/** Seconds for a person. */
export const durationOf = (seconds: number): string => {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
};

const LEVELS = { survived: "error", unproven: "warning", stale: "note" } as const;

/** What was not killed, for code scanning. */
export const provenSarif = (
  mutants: readonly Judged[],
  controls: readonly Control[],
  version: string,
  prefix: string,
): object => {
  const found = mutants.flatMap((judged): readonly SarifResult[] => {
    const { mutant, result, line } = judged;
    if (result === "killed") return [];
    return [
      {
        rule: `unproven/${mutant.control}`,
        level: LEVELS[result],
        message: `${mutant.id}: ${sentenceOf(judged)}`,
        path: mutant.file,
        line,
        key: [mutant.id],
      },
    ];
  });
  const named = new Set(found.map(({ rule }) => rule));
  const rules = controls
    .map((control): SarifRule => {
      const requirements = [...control.asvs.map((id) => `ASVS ${id}`), ...control.apiTop10];
      return {
        id: `unproven/${control.id}`,
        title: `Not proven: ${control.title}`,
        description: `An edit that switches the control off is not noticed by its test, ${control.test}. It answers ${requirements.join(", ") || "no requirement"}.`,
        help: `Make the test fail with the edit: create-secure-api prove --control ${control.id}`,
        tags: control.cwe,
      };
    })
    .filter(({ id }) => named.has(id));
  return sarifLog(version, rules, found, prefix);
};
