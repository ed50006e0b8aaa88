import { describe, expect, test } from "vitest";
import { compareConditions, matches, parseCondition } from "../../src/plan/condition.ts";
import { fixtureCatalogue } from "../fixtures/catalogue.ts";

const parse = (name: string) => parseCondition(name, fixtureCatalogue);

describe("parseCondition", () => {
  test("reads base, one term, several choices and several terms", () => {
    expect(parse("base")).toEqual([[]]);
    expect(parse("store=file")).toEqual([[{ option: "store", choices: ["file"] }]]);
    expect(parse("auth=password,key+store=file")).toEqual([
      [
        { option: "auth", choices: ["password", "key"] },
        { option: "store", choices: ["file"] },
      ],
    ]);
  });

  test("reads alternatives", () => {
    expect(parse("auth=key-or-store=file,server")).toEqual([
      [{ option: "auth", choices: ["key"] }],
      [{ option: "store", choices: ["file", "server"] }],
    ]);
  });

  test("takes a reserved choice", () => {
    expect(parse("store=server,cloud")).toEqual([
      [{ option: "store", choices: ["server", "cloud"] }],
    ]);
  });

  test.each([
    ["stroe=file", "the catalogue has no option 'stroe'"],
    ["store=fiel", "the option 'store' has no choice 'fiel'"],
    ["name=x", "the catalogue has no option 'name'"],
    ["bas", "'bas' is neither 'base' nor"],
    ["store=", "'store=' is neither"],
    ["store=file,", "the option 'store' has no choice ''"],
    ["store=file+store=server", "names an option twice"],
    ["store=file+", "'' is neither"],
    ["store=file-or-", "'' is neither"],
    ["base-or-store=file", "'base' is neither"],
  ])("refuses %s", (name, message) => {
    expect(() => parse(name)).toThrow(message);
  });
});

describe("matches", () => {
  test.each([
    ["base", {}, true],
    ["store=file", { store: "file" }, true],
    ["store=file", { store: "server" }, false],
    ["store=file", {}, false],
    ["auth=password,key", { auth: "key" }, true],
    ["auth=key+store=file", { auth: "key", store: "file" }, true],
    ["auth=key+store=file", { auth: "key", store: "server" }, false],
    ["auth=key-or-store=file", { auth: "key", store: "server" }, true],
    ["auth=key-or-store=file", { auth: "password", store: "file" }, true],
    ["auth=key-or-store=file", { auth: "password", store: "server" }, false],
  ])("%s against %j: %s", (name, selection, expected) => {
    expect(matches(parse(name), selection)).toBe(expected);
  });
});

test("layers come by number of terms, then as the catalogue has them", () => {
  const ordered = [
    "base",
    "store=file",
    "store=server,cloud",
    "store=server",
    "store=server-or-auth=key",
    "auth=password,key",
    "auth=password",
    "auth=key",
    "hash=slow",
    "store=file+auth=key",
  ];
  const compare = compareConditions(fixtureCatalogue);
  for (const names of [ordered.toReversed(), ordered.toSorted()]) {
    expect(names.toSorted((left, right) => compare(parse(left), parse(right)))).toEqual(ordered);
  }
});
