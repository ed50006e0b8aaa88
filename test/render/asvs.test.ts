import { describe, expect, test } from "vitest";
import { asvsChapters } from "../../src/render/asvs.ts";
import { planOf } from "../fixtures/stack.ts";

const control = {
  id: "limits",
  title: "Sign-in is limited",
  threat: "floods" as const,
  asvs: ["V6.3.1"],
  apiTop10: [],
  cwe: [],
  file: "a.py",
  test: "t.py::test_a",
};
const statement = { is: "exception", why: "Not yet." } as const;

const answersTo = (id: string, ...given: Parameters<typeof asvsChapters>) =>
  asvsChapters(...given)
    .flatMap(({ rows }) => rows)
    .find((row) => row.id === id)?.answers;

describe("a requirement of ASVS", () => {
  test("is met by its controls, and by what else is said of it", () => {
    expect(answersTo("V6.3.1", [control], { "V6.3.1": statement })).toEqual([
      "Met: Sign-in is limited.",
      "Exception: Not yet.",
    ]);
  });

  test("applies where it has a control, whatever is said of projects without", () => {
    const elsewhere = { is: "not-applicable", why: "No sign-in." } as const;
    expect(answersTo("V6.3.1", [control], { "V6.3.1": elsewhere })).toEqual([
      "Met: Sign-in is limited.",
    ]);
  });

  test("is otherwise what is said of it", () => {
    expect(answersTo("V6.3.1", [], { "V6.3.1": statement })).toEqual(["Exception: Not yet."]);
  });

  test("has no answer when nobody gives one", () => {
    expect(answersTo("V6.3.1", [], {})).toEqual([]);
  });
});

describe("statements of layers", () => {
  const base = { "V6.3.3": { is: "met", why: "Always." } };

  test("of a choice take the place of what is always so", () => {
    const planned = planOf({
      "base/asvs.json": base,
      "auth=jwt/asvs.json": { "V6.3.3": statement },
    });
    expect(planned.statements["V6.3.3"]).toEqual(statement);
  });

  test("of two choices cannot both count", () => {
    const templates = {
      "base/asvs.json": base,
      "auth=jwt/asvs.json": { "V6.3.3": statement },
      "auth=jwt,opaque/asvs.json": { "V6.3.3": statement },
    };
    expect(() => planOf(templates)).toThrow("The statement on ASVS 'V6.3.3' has two owners");
  });
});
