import * as z from "zod/mini";
import { excerpt, UserError } from "../errors.ts";
import type { Answer } from "../options/types.ts";
import type { Control } from "../plan/manifest.ts";
import { list } from "../shapes.ts";
import type { TestRun } from "./junit.ts";
import type { Proven } from "./prove.ts";

const result = z.enum(["killed", "survived", "stale", "unproven"]);
const text = z.string();

const evidencedControl = z.readonly(
  z.object({
    id: text,
    title: text,
    asvs: list(text),
    apiTop10: list(text),
    cwe: list(text),
    file: text,
    test: text,
    /** How its proof ended without any edit. */
    proof: z.enum(["passed", "failed", "skipped", "missing"]),
    mutants: list(
      z.readonly(
        z.object({
          id: text,
          result,
          file: text,
          line: z.nullable(z.int()),
          test: text,
          why: z.nullable(text),
        }),
      ),
    ),
  }),
);

/** `security-evidence.json`: what was proven of a commit. */
const evidenceSchema = z.readonly(
  z.object({
    format: z.literal(1),
    project: text,
    options: z.readonly(z.record(text, z.union([text, list(text)]))),
    /** The commit; null outside of a repository. */
    commit: z.nullable(text),
    /** Whether files differed from the commit. */
    dirty: z.boolean(),
    time: text,
    /** Of what proved, of what the project was made by, and of what it ran on. */
    versions: z.readonly(z.record(text, text)),
    /** The whole run of the tests; null: its report was not given. */
    tests: z.nullable(z.readonly(z.object({ passed: z.int(), failed: z.int(), skipped: z.int() }))),
    /** Whether all controls of the project are here, or those that were asked for. */
    scope: z.enum(["all", "some"]),
    controls: list(evidencedControl),
  }),
);

export type Evidence = z.infer<typeof evidenceSchema>;
export type EvidencedControl = z.infer<typeof evidencedControl>;

/** What a run is evidence of. */
export type Facts = Pick<
  Evidence,
  "project" | "commit" | "dirty" | "time" | "versions" | "scope"
> & { readonly options: Readonly<Record<string, Answer>> };

/** The evidence of a run of proofs, and of a run of all tests where there is a report. */
export const evidenceOf = (
  facts: Facts,
  controls: readonly Omit<Control, "threat">[],
  { mutants, proofs }: Proven,
  tests: TestRun | undefined,
): Evidence => {
  const ended = new Map(proofs.map((proof) => [proof.test, proof.ended.outcome]));
  const proofOf = (test: string): EvidencedControl["proof"] => {
    const own = ended.get(test);
    const outcome = tests?.outcomeOf(test) ?? own ?? "missing";
    if (outcome === "error" || outcome === "slow") return "failed";
    return outcome;
  };
  return {
    format: 1,
    ...facts,
    tests:
      tests === undefined
        ? null
        : { passed: tests.passed, failed: tests.failed, skipped: tests.skipped },
    controls: controls.map(({ id, title, asvs, apiTop10, cwe, file, test }) => ({
      ...{ id, title, asvs, apiTop10, cwe, file, test },
      proof: proofOf(test),
      mutants: mutants
        .filter(({ mutant }) => mutant.control === id)
        .map(({ mutant, result, line, why }) => ({
          id: mutant.id,
          result,
          file: mutant.file,
          line: line ?? null,
          test: mutant.test,
          why: why ?? null,
        })),
    })),
  };
};

/**
 * Reads `security-evidence.json`.
 * @throws UserError that says what is wrong with it
 */
export const parseEvidence = (content: string, shown: string): Evidence => {
  const fix = "Give a security-evidence.json that `prove --evidence` wrote.";
  const wrong = (what: string, cause?: unknown) =>
    new UserError(what, excerpt(shown), fix, { code: "proof", cause });
  let data: unknown;
  try {
    data = JSON.parse(content);
  } catch (error) {
    throw wrong("It is not valid JSON.", error);
  }
  const parsed = evidenceSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = (issue?.path ?? []).map((key) => excerpt(String(key))).join(".");
  throw wrong(`It is no evidence${place === "" ? "" : ` (at ${place})`}.`, parsed.error);
};

export type State = "proven" | "weak" | "open" | "partly";

/**
 * What is known of a control. `weak`: its proof fails or an edit survives. `open`: nothing was
 * judged. `partly`: some edits do not apply or could not be judged.
 */
export const stateOf = ({ proof, mutants }: EvidencedControl): State => {
  const has = (wanted: string) => mutants.some((mutant) => mutant.result === wanted);
  if (proof === "failed" || has("survived")) return "weak";
  if (proof !== "passed" || !has("killed")) return "open";
  return has("stale") || has("unproven") ? "partly" : "proven";
};

/** A control and what became worse of it, or better, one sentence each. */
type Change = { readonly control: string; readonly what: readonly string[] };
export type Comparison = {
  readonly weaker: readonly Change[];
  readonly stronger: readonly Change[];
};

/** What of the controls became weaker or stronger since an earlier run. */
export const compareEvidence = (before: Evidence, after: Evidence): Comparison => {
  const differences = (from: Evidence, to: Evidence, gone: string): readonly Change[] => {
    const known = new Map(to.controls.map((control) => [control.id, control]));
    return from.controls.flatMap((old) => {
      const control = known.get(old.id);
      if (control === undefined && to.scope === "some") return [];
      const what = control === undefined ? [gone] : lost(old, control, gone);
      return what.length === 0 ? [] : [{ control: old.id, what }];
    });
  };
  return {
    weaker: differences(before, after, "is gone"),
    stronger: differences(after, before, "is new"),
  };
};

/** What one state of a control had proven and the other has not. */
const lost = (from: EvidencedControl, to: EvidencedControl, gone: string): readonly string[] => {
  const results = new Map(to.mutants.map((mutant) => [mutant.id, mutant.result]));
  const isNew = gone === "is new";
  const proof = isNew
    ? `its proof passes, which was ${to.proof}`
    : `its proof is ${to.proof}, which passed`;
  const mutants = from.mutants
    .filter(({ id, result }) => result === "killed" && results.get(id) !== "killed")
    .map(({ id }) => {
      const other = results.get(id);
      if (other === undefined) return `its mutant ${id} ${gone}`;
      return isNew
        ? `its mutant ${id} is killed, which was ${other}`
        : `its mutant ${id} is ${other}, which was killed`;
    });
  return [...(from.proof === "passed" && to.proof !== "passed" ? [proof] : []), ...mutants];
};

/** A comparison for a person. */
export const comparedLines = (comparison: Comparison | undefined): readonly string[] => {
  if (comparison === undefined) return [];
  const { weaker, stronger } = comparison;
  const part = (title: string, changes: readonly Change[]) => [
    `${title}: ${changes.length}`,
    ...changes.flatMap(({ control, what }) => what.map((line) => `  ${control}: ${line}`)),
  ];
  return [...part("Weaker", weaker), ...part("Stronger", stronger)];
};
