import { expect, test } from "vitest";
import { parseJunit } from "../../src/proofs/junit.ts";

const XML = `<?xml version="1.0" encoding="utf-8"?>
<testsuites name="tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="6">
<testcase classname="tests.test_api" name="test_closed[a &lt; &quot;b&quot;]" time="0.1" />
<testcase classname="tests.test_api" name="test_closed[c]" time="0.1"><failure message="a &gt; b">x</failure></testcase>
<testcase classname="tests.test_api.TestForm" name="test_open" time="0.1"></testcase>
<testcase classname="tests.test_api" name="test_left_out" time="0.0"><skipped message="no Redis" /></testcase>
<testcase classname="tests.test_api" name="test_fixture" time="0.0"><error message="down">y</error></testcase>
<testcase classname="test/api.test.ts" name="closed" time="0.0"/>
</testsuite></testsuites>`;

test("a report says how each test ended, over its parameters", () => {
  const run = parseJunit(XML);
  expect(run).toMatchObject({ passed: 3, failed: 2, skipped: 1 });
  const outcomes = ["test_closed", "TestForm::test_open", "test_left_out", "test_fixture"].map(
    (name) => run?.outcomeOf(`tests/test_api.py::${name}`),
  );
  expect(outcomes).toEqual(["failed", "passed", "skipped", "failed"]);
  expect(run?.outcomeOf("test/api.test.ts::closed")).toBe("passed");
  expect(run?.outcomeOf("tests/test_api.py::test_gone")).toBeUndefined();
});

test("a test may be known by its file, as Node.js reports it", () => {
  const run = parseJunit(`<testsuites>
<testcase name="a name [of two words] is told" classname="test" file="/home/ci/api/tests/a.test.ts"/>
<testcase name="it is told" classname="test" file="C:\\ci\\api\\tests\\b.test.ts"><failure type="x"/></testcase>
</testsuites>`);
  expect(run?.outcomeOf("tests/a.test.ts::a name [of two words] is told")).toBe("passed");
  expect(run?.outcomeOf("tests/b.test.ts::it is told")).toBe("failed");
  expect(run?.outcomeOf("tests/b.test.ts::a name [of two words] is told")).toBeUndefined();
});

test("what is no report is none", () => {
  expect(parseJunit("<html></html>")).toBeUndefined();
});
