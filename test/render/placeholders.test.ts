import { describe, expect, test } from "vitest";
import { filler, publicFiller } from "../../src/render/placeholders.ts";
import { counting } from "../fixtures/stack.ts";

const facts = { name: "my-api", database: "my_api" };
const fill = filler(facts, counting);

describe("filler", () => {
  test.each([
    ["sqlite:///./{{database}}.db", /^sqlite:\/\/\/\.\/my_api\.db$/],
    ["{{account}}", /^my_api$/],
    ["{{secret}}", /^[\w-]{48}$/],
    ["{{password}}", /^[\w-]{24}$/],
    ["{{key}}", /^[\w+/]{43}=$/],
    ["a {b} {{database}}{{database}}", /^a \{b\} my_apimy_api$/],
  ])("fills %s", (text, filled) => {
    expect(fill(text)).toMatch(filled);
  });

  test("asks for fresh bytes each time", () => {
    const asked: number[] = [];
    const once = filler(facts, (size) => {
      asked.push(size);
      return new Uint8Array(size).fill(asked.length);
    });
    const [left, right] = once("{{secret}} {{secret}}").split(" ");
    expect(left).not.toBe(right);
    expect(asked).toEqual([36, 36]);
  });

  test.each(["{{sekret}}", "{{}}", "{{toString}}", "{{ secret }}"])("refuses %s", (text) => {
    expect(() => fill(text)).toThrow(
      "is none of secret, password, key, name, database, databasePattern, account, contact",
    );
  });
});

test("an account has a name that every server takes", () => {
  const name = "a-project-whose-name-is-a-very-long-one";
  const filled = filler({ name, database: name.replaceAll("-", "_") }, counting)("{{account}}");
  expect(filled).toBe("a_project_whose_name_is_a_very_l");
});

test("publicFiller knows no secret", () => {
  expect(publicFiller(facts)("{{name}} {{database}}")).toBe("my-api my_api");
  for (const text of ["{{secret}}", "{{password}}", "{{key}}"]) {
    expect(() => publicFiller(facts)(text)).toThrow(
      "is none of name, database, databasePattern, account, contact",
    );
  }
});
