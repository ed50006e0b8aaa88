import { expect, test } from "vitest";
import { nameFault, slug, snakeCase, usableName } from "../../src/project/names.ts";

test.each([
  "con",
  "nul",
  "com1",
  "lpt9",
  "postgres",
  "template1",
  "information-schema",
  "root",
  "a--b",
])("%s cannot name a project", (name) => {
  expect(nameFault(name)).toBeDefined();
});

test.each(["console", "postgres-api", "com", "my-api"])("%s can", (name) => {
  expect(nameFault(name)).toBeUndefined();
});

test("a name in snake case", () => {
  expect(snakeCase("my-new-api")).toBe("my_new_api");
});

test.each([
  ["My API", "my-api"],
  ["my_api.v2", "my-api-v2"],
  ["Ärger & Co.", "arger-co"],
  ["2026-api", "api"],
  ["--x--", "x"],
  ["日本", ""],
])("the folder %s suggests %j", (folder, name) => {
  expect(slug(folder)).toBe(name);
});

test.each([
  ["My_Api", "my-api"],
  ["a--b", "a-b"],
  ["postgres", "postgres-api"],
  ["con", "con-api"],
  ["x".repeat(80), "x".repeat(59)],
  ["日本", undefined],
])("in place of %s, %s can be used", (text, name) => {
  expect(usableName(text)).toBe(name);
});

test("a name that is taken is not offered", () => {
  const taken = (name: string) => ["fastapi", "my-api"].includes(name);
  expect(usableName("FastAPI", taken)).toBe("fastapi-api");
  expect(usableName("my_api", taken)).toBe("my-api-2");
});
