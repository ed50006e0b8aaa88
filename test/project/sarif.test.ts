import { describe, expect, test } from "vitest";
import { type SarifResult, sarifLog } from "../../src/project/sarif.ts";

const rule = {
  id: "weakened/route",
  title: "A route without a permission",
  description: "Whoever is signed in can call it.",
  help: "Name the permission that it needs.",
  tags: ["CWE-862"],
};
const result: SarifResult = {
  rule: rule.id,
  level: "error",
  message: "GET /a has none.",
  path: "app/my notes/routes#1.py",
  line: 7,
  key: ["GET", "/a"],
};

type Log = {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleIndex: number;
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number };
        };
      }[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly suppressions?: readonly unknown[];
    }[];
  }[];
};

const run = (results: readonly SarifResult[], prefix?: string) => {
  const log = sarifLog("1.2.3", [rule, rule], results, prefix) as Log;
  const [only] = log.runs;
  if (only === undefined) throw new Error("a log has a run");
  return only;
};
const printOf = (changed: Partial<SarifResult>) =>
  run([{ ...result, ...changed }]).results[0]?.partialFingerprints;

describe("sarifLog", () => {
  test("names each rule once, and each result by its place among them", () => {
    const { tool, results } = run([result]);
    expect(tool.driver.rules.map(({ id }) => id)).toEqual([rule.id]);
    expect(results[0]?.ruleIndex).toBe(0);
  });

  test("names files as relative references, below the root of the repository", () => {
    const [found] = run([result], "services/orders/").results;
    const place = found?.locations[0]?.physicalLocation;
    expect(place?.artifactLocation.uri).toBe("services/orders/app/my%20notes/routes%231.py");
    expect(place?.region.startLine).toBe(7);
  });

  test("knows a finding again, whatever its line and words", () => {
    expect(printOf({ line: 99, message: "Said otherwise." })).toEqual(printOf({}));
    expect(printOf({ key: ["POST", "/a"] })).not.toEqual(printOf({}));
  });

  test("what is waived is there, and suppressed", () => {
    const [found] = run([{ ...result, waived: "Until June." }]).results;
    expect(found?.suppressions).toEqual([{ kind: "external", justification: "Until June." }]);
    expect(run([result]).results[0]).not.toHaveProperty("suppressions");
  });
});
