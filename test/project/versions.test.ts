import { expect, test } from "vitest";
import { compareVersions, isVersion } from "../../src/project/versions.ts";

test("versions are ordered as releases are", () => {
  const ordered = [
    "0.9.0",
    "0.10.0",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.10",
    "2.0.0",
  ];
  expect(ordered.toReversed().toSorted(compareVersions)).toEqual(ordered);
  expect(compareVersions("1.2.3", "1.2.3")).toBe(0);
});

test("what is no version", () => {
  expect(["1.2.3", "0.1.0-rc.1"].filter(isVersion)).toHaveLength(2);
  expect(
    ["1", "1.2", "v1.2.3", "1.2.3 ", "latest", `1.2.${"3".repeat(40)}`].filter(isVersion),
  ).toEqual([]);
});
