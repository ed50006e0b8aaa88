import { describe, expect, test } from "vitest";
import { npm } from "../../../src/plan/ecosystems/npm.ts";

const pinned = (dependencies: object, more: object = {}) =>
  npm.parse(JSON.stringify({ private: true, dependencies, ...more }));

describe("pins of npm", () => {
  test("are exact versions, by the name as it is", () => {
    const pins = pinned({ "@fastify/swagger": "9.9.3", "drizzle-orm": "1.0.0-rc.5" });
    expect([...pins]).toEqual([
      ["@fastify/swagger", "9.9.3"],
      ["drizzle-orm", "1.0.0-rc.5"],
    ]);
    expect(npm.packageName("@fastify/swagger")).toBe("@fastify/swagger");
    expect(npm.requirement("@fastify/swagger", "9.9.3")).toBe("@fastify/swagger@9.9.3");
  });

  test.each([
    "^1.2.3",
    "~1.2.3",
    "1.2",
    "latest",
    "*",
    "",
    "1.2.3 || 2.0.0",
    "1.2.3\n",
    "https://evil.example/x.tgz",
    "github:evil/x",
    "npm:evil@1.2.3",
    "file:../x",
  ])("refuse the version %j", (version) => {
    expect(() => pinned({ web: version })).toThrow("must be an exact version");
  });

  test.each(["Web", "a b", "../web", "@/web", "@a/b/c", "_web", "web@1"])(
    "refuse the name %j",
    (name) => {
      expect(() => pinned({ [name]: "1.2.3" })).toThrow();
    },
  );

  test("are all that the file holds", () => {
    expect(() => pinned({}, { scripts: { install: "evil" } })).toThrow("scripts");
    expect(() => npm.parse("{")).toThrow();
    expect(() => npm.parse('{"private": true}')).toThrow("dependencies");
  });
});
