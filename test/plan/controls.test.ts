import { describe, expect, test } from "vitest";
import { planOf, type Templates } from "../fixtures/stack.ts";

const stated = {
  id: "locked-door",
  title: "The door is locked",
  threat: "floods",
  asvs: ["V2.2.1"],
  apiTop10: ["API8"],
  cwe: ["CWE-20"],
};
const proof = { file: "door.py", test: "tests/door.py::test_locked" };

const controls = (templates: Templates) => planOf(templates).controls;

describe("the controls of a plan", () => {
  test("are stated by one layer and proven by another, or by the same one", () => {
    const planned = [{ ...stated, ...proof }];
    expect(controls({ "base/layer.json": { controls: planned } })).toEqual(planned);
    expect(
      controls({
        "base/layer.json": { controls: [stated] },
        "auth=jwt/layer.json": { proofs: { "locked-door": proof } },
      }),
    ).toEqual(planned);
  });

  test.each([
    ["without a proof", { controls: [stated] }, "'locked-door' has no proof"],
    ["that nobody states", { proofs: { "locked-door": proof } }, "No layer states the control"],
    [
      "with two proofs",
      { controls: [{ ...stated, ...proof }], proofs: { "locked-door": proof } },
      "The proof 'locked-door' has two owners",
    ],
    [
      "with a file and no test",
      { controls: [{ ...stated, file: "door.py" }] },
      "both file and test",
    ],
  ])("refuse one %s", (_, manifest, message) => {
    expect(() => controls({ "base/layer.json": manifest })).toThrow(message);
  });
});
