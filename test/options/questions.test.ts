import { describe, expect, test } from "vitest";
import { type Question, questions } from "../../src/options/questions.ts";
import type { Answers } from "../../src/options/types.ts";
import { fixtureCatalogue } from "../fixtures/catalogue.ts";

const question = (name: string, given: Answers = {}): Question => {
  const found = questions(given, fixtureCatalogue).find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no question ${name}`);
  return found;
};

const values = (asked: Question, answers: Answers): readonly string[] =>
  asked.type === "select" ? asked.choices(answers).map(({ value }) => value) : [];

describe("questions", () => {
  test("come in the catalogue's order, one for each option", () => {
    const names = questions({}, fixtureCatalogue).map(({ name }) => name);
    expect(names).toEqual(["name", "stack", "environment", "store", "auth", "hash", "extras"]);
  });

  test("are not asked when the answer was given", () => {
    expect(question("name").when({})).toBe(true);
    expect(question("name", { name: "x1" }).when({})).toBe(false);
    expect(question("auth").when({})).toBe(true);
    expect(question("auth", { auth: "key" }).when({})).toBe(false);
  });

  test("are not asked when they do not apply", () => {
    expect(question("hash").when({ auth: "key" })).toBe(false);
    expect(question("hash").when({ auth: "password" })).toBe(true);
    expect(question("hash", { auth: "password" }).when({})).toBe(true);
  });

  test("are not asked when one choice is left", () => {
    expect(question("auth").when({ stack: "coffee" })).toBe(false);
    expect(question("auth").when({ stack: "snake" })).toBe(true);
  });

  test("count what an earlier option comes to that was not asked", () => {
    expect(question("hash").when({ stack: "coffee" })).toBe(true);
  });

  test("offer what fits to earlier answers and to given ones", () => {
    expect(values(question("store"), { environment: "development" })).toEqual(["file", "server"]);
    expect(values(question("store"), { environment: "production" })).toEqual(["server"]);
    expect(values(question("environment", { store: "file" }), {})).toEqual(["development"]);
  });

  test("start from the default that fits", () => {
    expect(question("store").default({ environment: "development" })).toBe("file");
    expect(question("store").default({ environment: "production" })).toBe("server");
  });

  test("judge a text by its rule", () => {
    const name = question("name");
    if (name.type !== "input") throw new Error("the name is no text");
    expect(name.judge("my-api")).toBeUndefined();
    expect(name.judge("My API")?.fault).toContain("small letters");
    expect(name.judge("nul")?.fault).toContain("Windows device");
  });

  test("answer a name that cannot be used with one that can", () => {
    const name = question("name");
    if (name.type !== "input") throw new Error("the name is no text");
    expect(name.judge("My_Api")?.instead).toBe("my-api");
    expect(name.judge("nul")?.instead).toBe("nul-api");
    expect(name.judge("日本")).not.toHaveProperty("instead");
  });

  test("say to which group they belong, and where that is among the groups", () => {
    expect(question("name").position).toBe("Project 1/3");
    expect(question("store").position).toBe("Data 2/3");
    expect(question("hash").position).toBe("Sign-in 3/3");
  });
});
