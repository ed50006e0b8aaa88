import { expect, test } from "vitest";
import { threatModel } from "../../src/render/threats.ts";

const control = {
  title: "T",
  asvs: [],
  apiTop10: [],
  cwe: [],
  file: "a.py",
  test: "t.py::test_a",
};

test("the threats that a project has controls for, by boundary", () => {
  const { boundaries, threats } = threatModel([
    { ...control, id: "tls", threat: "tapped-stores" },
    { ...control, id: "rates", threat: "floods" },
    { ...control, id: "counts", threat: "floods" },
  ]);
  expect(boundaries.map(({ number }) => number)).toEqual([1, 4]);
  expect(threats.map(({ boundary, controls }) => [boundary, controls])).toEqual([
    [1, ["rates", "counts"]],
    [4, ["tls"]],
  ]);
});

test("nothing without controls", () => {
  expect(threatModel([])).toEqual({ boundaries: [], threats: [] });
});
