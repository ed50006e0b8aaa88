import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";

const choiceOptions = catalogue.filter((option) => option.kind === "choice");
const manyOptions = catalogue.filter((option) => option.kind === "many");
const texts = catalogue.filter((option) => option.kind === "text");
const position = (id: string) => catalogue.findIndex((option) => option.id === id);
const idsOf = (id: string) =>
  [...choiceOptions, ...manyOptions]
    .filter((option) => option.id === id)
    .flatMap(({ choices }) => choices.map((c) => c.id));

describe("catalogue", () => {
  test("has each id once, in the form of a flag", () => {
    const ids = catalogue.map((option) => option.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test("has the choices that are agreed, and no other", () => {
    const all = [...choiceOptions, ...manyOptions];
    expect(Object.fromEntries(all.map(({ id }) => [id, idsOf(id)]))).toEqual({
      stack: ["fastapi", "fastify"],
      "framework-version": ["0.165", "0.141", "0.136", "5.12"],
      environment: ["development", "staging", "production"],
      orm: ["sqlalchemy", "tortoise", "drizzle", "mikro-orm"],
      database: ["sqlite", "postgresql", "mysql"],
      state: ["memory", "redis"],
      auth: ["jwt", "opaque", "session", "api-key", "oidc"],
      "password-hash": ["argon2", "bcrypt"],
      jobs: ["in-process", "taskiq", "bullmq"],
      container: ["none", "docker"],
      deploy: ["none", "kubernetes"],
      ci: ["none", "github", "gitlab"],
      telemetry: ["prometheus", "opentelemetry", "sentry"],
    });
  });

  test.each(choiceOptions)("$id has each choice once, and none that is reserved", (option) => {
    const ids = [...idsOf(option.id), ...(option.reserved ?? [])];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+([-.][a-z0-9]+)*$/);
  });

  test.each(choiceOptions)("$id has a known default", (option) => {
    if (typeof option.default === "string") {
      expect(idsOf(option.id)).toContain(option.default);
    } else {
      const { by, ...defaults } = option.default;
      expect(position(by)).toBeLessThan(position(option.id));
      expect(Object.keys(defaults)).toEqual(idsOf(by));
      for (const choice of Object.values(defaults)) expect(idsOf(option.id)).toContain(choice);
    }
  });

  test.each(manyOptions)("$id has choices of its own, and known ones by default", (option) => {
    expect(new Set(idsOf(option.id)).size).toBe(idsOf(option.id).length);
    expect(idsOf(option.id)).toEqual(expect.arrayContaining([...option.default]));
  });

  test.each(choiceOptions)("$id depends on known options and choices only", (option) => {
    if (option.appliesWhen) expect(option.appliesWhen.reason).toMatch(/^[a-z].*[^.]$/);
    for (const [id, choices] of Object.entries(option.appliesWhen?.has ?? {})) {
      expect(position(id)).toBeLessThan(position(option.id));
      expect(idsOf(id)).toEqual(expect.arrayContaining([...choices]));
    }
    for (const choice of option.choices) {
      expect(idsOf("stack")).toEqual(expect.arrayContaining([...(choice.stacks ?? [])]));
      for (const rule of choice.incompatible ?? []) {
        expect(idsOf(rule.option)).toEqual(expect.arrayContaining([...rule.choices]));
        expect(rule.reason).toMatch(/^[a-z].*[^.]$/);
      }
    }
  });

  test.each(texts)("$id has a default that keeps its own rule", (option) => {
    expect(option.default).toMatch(new RegExp(`^(?:${option.pattern})$`, "u"));
    expect(option.default.length).toBeLessThanOrEqual(option.maxLength);
  });
});
