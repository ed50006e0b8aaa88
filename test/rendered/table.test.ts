import { expect, test } from "vitest";
import { begin, type Outcome } from "./outcome.ts";
import { stepSeconds, table, versions } from "./table.ts";

const passed: Outcome = {
  ...begin({ stack: "snake", auth: "password", hash: "slow" }),
  result: "passed",
  files: 90,
  tests: 210,
  coverage: 96.5,
  seconds: 71.4,
  versions: { Python: "3.11.7", redis: "8.1.0" },
};
const leftOut: Outcome = {
  ...begin({ stack: "snake", auth: "key" }),
  result: "left out",
  reason: "no Redis at 127.0.0.1:6379",
};

test("a row for each selection, with what is known", () => {
  const late = { ...begin({ stack: "coffee" }), result: "passed", again: ["t.py::a"] } as const;
  expect(table([passed, leftOut, begin({ stack: "coffee" }), late]).split("\n")).toEqual([
    "| stack | auth | hash | files | tests | coverage | seconds | result |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    "| snake | password | slow | 90 | 210 | 96.5 % | 71 | passed |",
    "| snake | key |  |  |  |  |  | left out: no Redis at 127.0.0.1:6379 |",
    "| coffee |  |  |  |  |  |  | failed |",
    "| coffee |  |  |  |  |  |  | passed: at the second try t.py::a |",
  ]);
});

test("each version once", () => {
  const other = { ...passed, versions: { Python: "3.11.7", Redis: "7.0.15", redis: "8.0.0" } };
  expect(versions([passed, other, leftOut])).toEqual([
    "Python 3.11.7",
    "Redis 7.0.15",
    "redis 8.0.0, 8.1.0",
  ]);
});

test("the time of each step", () => {
  const quick = { ...leftOut, steps: {} };
  const slow = { ...passed, steps: { install: 1.2, tests: 60.4 } };
  expect(stepSeconds([slow, quick, slow])).toEqual(["install 2", "tests 121"]);
});
