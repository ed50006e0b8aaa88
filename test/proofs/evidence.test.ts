import { expect, test } from "vitest";
import {
  compareEvidence,
  type Evidence,
  type EvidencedControl,
  evidenceOf,
  parseEvidence,
  stateOf,
} from "../../src/proofs/evidence.ts";
import { evidencePage } from "../../src/proofs/page.ts";

const mutant = (id: string, result: EvidencedControl["mutants"][number]["result"]) => ({
  id,
  result,
  file: "app/notes/service.py",
  line: 3,
  test: "tests/test_notes.py::test_owner",
  why: null,
});
const control = (more: Partial<EvidencedControl> = {}): EvidencedControl => ({
  id: "ownership",
  title: "The owner is part of the query",
  asvs: ["V8.2.2"],
  apiTop10: ["API1"],
  cwe: ["CWE-639"],
  file: "app/notes/service.py",
  test: "tests/test_notes.py::test_owner",
  proof: "passed",
  mutants: [mutant("any-owner", "killed"), mutant("no-owner", "killed")],
  ...more,
});
const evidence = (...controls: readonly EvidencedControl[]): Evidence => ({
  format: 1,
  project: "my-api",
  options: { auth: "jwt", telemetry: [] },
  commit: "0123abc",
  dirty: false,
  time: "2026-11-26T18:00:00.000Z",
  versions: { "create-secure-api": "1.0.0" },
  tests: { passed: 900, failed: 0, skipped: 1 },
  scope: "all",
  controls,
});

test("a control is proven by a test that passes and kills all", () => {
  expect(stateOf(control())).toBe("proven");
  expect(stateOf(control({ proof: "failed" }))).toBe("weak");
  expect(stateOf(control({ mutants: [mutant("a", "killed"), mutant("b", "survived")] }))).toBe(
    "weak",
  );
  expect(stateOf(control({ proof: "skipped" }))).toBe("open");
  expect(stateOf(control({ mutants: [] }))).toBe("open");
  expect(stateOf(control({ mutants: [mutant("a", "killed"), mutant("b", "stale")] }))).toBe(
    "partly",
  );
});

test("a comparison names what became weaker, and what stronger", () => {
  const before = evidence(control(), control({ id: "gone" }));
  const after = evidence(
    control({ mutants: [mutant("any-owner", "survived"), mutant("no-owner", "killed")] }),
    control({ id: "new" }),
  );
  expect(compareEvidence(before, after)).toEqual({
    weaker: [
      { control: "ownership", what: ["its mutant any-owner is survived, which was killed"] },
      { control: "gone", what: ["is gone"] },
    ],
    stronger: [{ control: "new", what: ["is new"] }],
  });
  expect(compareEvidence(before, before)).toEqual({ weaker: [], stronger: [] });
  expect(compareEvidence(before, { ...after, scope: "some" }).weaker).toHaveLength(1);
});

test("the page names what is not proven, and each requirement", () => {
  const page = evidencePage(evidence(control(), control({ id: "weak", proof: "failed" })));
  expect(page).toContain("| Controls | 1 of 2 proven |");
  expect(page).toContain("(`weak`): test failed, 2 of 2 killed");
  expect(page).toMatch(/\| V8\.2\.2 \| \d \| .+ \| .*Proven<br>.*\*\*Not proven\*\* \|/);
  expect(evidencePage(evidence(control()))).toContain("Nothing: every control here is proven.");
});

test("evidence is read as it is written", () => {
  const made = evidenceOf(
    { ...evidence(), options: { auth: "jwt" } },
    [control()],
    {
      mutants: [
        {
          mutant: {
            ...mutant("any-owner", "killed"),
            control: "ownership",
            text: "a",
            instead: "b",
          },
          result: "killed",
          line: 3,
        },
      ],
      proofs: [{ test: control().test, ended: { outcome: "passed", seconds: 1 } }],
    },
    undefined,
  );
  expect(made.controls[0]).toMatchObject({ proof: "passed", mutants: [{ id: "any-owner" }] });
  expect(parseEvidence(JSON.stringify(made), "a.json")).toEqual(made);
  expect(() => parseEvidence("{}", "a.json")).toThrow(/a\.json: It is no evidence \(at format\)/);
  expect(() => parseEvidence("x", "a.json")).toThrow("It is not valid JSON.");
});
