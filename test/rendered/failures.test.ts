import { expect, test } from "vitest";
import { failuresIn as inPytest } from "./fastapi.ts";
import { failuresIn as inTap } from "./fastify.ts";

test("pytest's summary names them, and no line of a log does", () => {
  const said = [
    "------------------------------ Captured log call -------------------------------",
    "ERROR    app.errors:errors.py:51 database unavailable",
    "ERROR app.errors database unavailable",
    "=========================== short test summary info ============================",
    "ERROR tests/notes/test_routes.py::test_a_note - ResourceWarning: unclosed",
    "FAILED tests/mail/test_handover.py::test_a_mail[a - b] - TimeoutError: Timeout reading",
    "FAILED tests/test_text.py::test_text",
    "ERROR tests/test_text.py::test_text",
    "2 failed, 1705 passed, 2 errors in 279.05s (0:04:39)",
  ];
  expect(inPytest(said.join("\n"))).toEqual([
    "tests/notes/test_routes.py::test_a_note",
    "tests/mail/test_handover.py::test_a_mail[a - b]",
    "tests/test_text.py::test_text",
  ]);
});

test("TAP names them, with their files", () => {
  const said = [
    "ok 1 - a note is made",
    "not ok 2 - a note's text is bounded",
    "  ---",
    "  duration_ms: 12.5",
    "  type: 'test'",
    "  location: '/tmp/service/tests/notes/routes.test.ts:20:1'",
    "  failureType: 'testCodeFailure'",
    "  ...",
    "# fail 1",
  ];
  expect(inTap(said.join("\n"))).toEqual([
    { title: "a note's text is bounded", file: "tests/notes/routes.test.ts" },
  ]);
});
