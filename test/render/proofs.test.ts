import { describe, expect, test } from "vitest";
import { unproven } from "../../src/render/proofs.ts";
import { render } from "../../src/render/render.ts";
import { counting, planOf, type Templates } from "../fixtures/stack.ts";

const control = {
  id: "limits",
  title: "Sign-in is limited",
  threat: "floods",
  asvs: ["V6.3.1"],
  apiTop10: ["API4"],
  cwe: ["CWE-307"],
  file: "app/limits.py",
  test: "tests/test_limits.py::test_limited",
};
const proven: Templates = {
  "base/layer.json": { controls: [control] },
  "base/app/limits.py": "",
  "base/tests/test_limits.py.ejs": "def test_limited() -> None: ...\n",
};
const faults = (templates: Templates): readonly string[] => {
  const planned = planOf(templates);
  return unproven(planned, render(planned, counting));
};

test("a control with its file and its test is proven", () => {
  expect(faults(proven)).toEqual([]);
});

test.each([
  ["base/app/limits.py", "app/limits.py is not in the project"],
  ["base/tests/test_limits.py.ejs", "tests/test_limits.py is not in the project"],
])("a control without %s is not", (path, reason) => {
  const { [path]: _, ...rest } = proven;
  expect(faults(rest)).toEqual([`The control 'limits' is not proven: ${reason}.`]);
});

test.each(["def test_limited_too() -> None: ...", "# test_limited", "x = 'def test_limited('"])(
  "a control is not proven by %j",
  (text) => {
    expect(faults({ ...proven, "base/tests/test_limits.py.ejs": text })).toEqual([
      "The control 'limits' is not proven: tests/test_limits.py has no test_limited.",
    ]);
  },
);

describe("a test that has a title", () => {
  const title = "limits (POST /token): 5 a minute, it's said";
  const test_ = `tests/limits.test.ts::sign-in::${title}`;
  const titled = (text: string): readonly string[] =>
    faults({
      "base/layer.json": { controls: [{ ...control, test: test_ }] },
      "base/app/limits.py": "",
      "base/tests/limits.test.ts": text,
    });

  test.each([
    `describe("sign-in", () => {\n  test("${title}", async () => {});\n});\n`,
    `suite("sign-in", () => {\n  it(\n    "${title}",\n    async () => {},\n  );\n});\n`,
  ])("is found: %j", (text) => {
    expect(titled(text)).toEqual([]);
  });

  test.each([
    `describe("sign-in", () => {\n  // test("${title}", async () => {});\n});\n`,
    `describe("sign-in", () => {\n  test("${title} and more", async () => {});\n});\n`,
    `describe("sign-in", () => {\n  test.skip("${title}", async () => {});\n});\n`,
  ])("is not: %j", (text) => {
    expect(titled(text)).toEqual([
      `The control 'limits' is not proven: tests/limits.test.ts has no ${title}.`,
    ]);
  });
});
