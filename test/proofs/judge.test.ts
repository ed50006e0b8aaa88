import { expect, test } from "vitest";
import { type Answer, type Ended, endOf, judged, unfitness } from "../../src/proofs/judge.ts";

const TEST = "tests/test_api.py::test_closed";
const ended = (outcome: Ended["outcome"], more: Partial<Ended> = {}): Ended => ({
  outcome,
  seconds: 1,
  ...more,
});
const answer = (tests: Answer["tests"], more: Partial<Answer> = {}): Answer => ({
  tests,
  stopped: null,
  slow: false,
  said: "",
  ...more,
});

test("a test with parameters fails if one of them does", () => {
  const found = answer({
    [`${TEST}[a]`]: ended("passed"),
    [`${TEST}[b]`]: ended("failed", { message: "AssertionError" }),
    [`${TEST}_too`]: ended("error"),
  });
  expect(endOf(found, TEST)).toEqual({ outcome: "failed", message: "AssertionError", seconds: 2 });
});

test("a test of which nothing is known did not end well", () => {
  const none = answer({}, { said: "SyntaxError: invalid syntax" });
  expect(endOf(none, TEST)).toMatchObject({ outcome: "error", message: none.said });
  expect(endOf(answer({ [TEST]: ended("passed") }, { slow: true }), TEST).outcome).toBe("slow");
});

test.each([
  [ended("failed"), "killed", undefined],
  [ended("passed"), "survived", undefined],
  [ended("skipped", { message: "no Redis" }), "survived", "no Redis"],
  [
    ended("error", { message: "NameError: x", where: "app/a.py:3" }),
    "unproven",
    "NameError: x, app/a.py:3",
  ],
  [ended("slow"), "unproven", "did not end in time"],
])("with %j, a mutant is %s", (how, result, why) => {
  const found = judged(how);
  expect(found.result).toBe(result);
  if (why === undefined) expect(found.why).toBeUndefined();
  else expect(found.why).toContain(why);
});

test("only a test that passes without an edit can judge one", () => {
  expect(unfitness(ended("passed"))).toBeUndefined();
  for (const outcome of ["failed", "skipped", "error", "missing", "slow"] as const) {
    expect(unfitness(ended(outcome)), outcome).toContain("the proof");
  }
});
