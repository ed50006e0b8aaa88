import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { changeAnswers } from "../../src/options/change.ts";
import { stackIds } from "../../src/options/resolve.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import type { Answers, ChoiceOption } from "../../src/options/types.ts";
import { gitBlobHash } from "../../src/project/record.ts";
import { cellOf } from "../fixtures/matrix.ts";

const changing = (before: Answers, wanted: Answers) => changeAnswers(parseAnswers(before), wanted);

/** What each option says of a change, as it was agreed. */
const FIXED = ["stack", "name", "orm", "auth"];
const BY_HAND = ["environment", "database", "auth", "password-hash", "jobs"];

/** The choices between which an option can change. */
const freeIn = ({ choices, change }: ChoiceOption): readonly string[] =>
  change.fixed === undefined ? choices.map(({ id }) => id) : (change.fixed.among ?? []);

/** What makes the tables of a project; SQL is of a database, and its name tells of which tables. */
const migrations = (answers: Answers): string =>
  cellOf(parseAnswers(answers).selection)
    .project.files.filter(({ path }) => /^migrations\/(.*\/)?\d/.test(path))
    .map(({ path, content }) => (path.endsWith(".py") ? `${path} ${gitBlobHash(content)}` : path))
    .join("\n");

describe("a change of an answer", () => {
  test("is refused where data depends on it, and takes work where the catalogue says so", () => {
    const idsOf = (key: "fixed" | "byHand") =>
      catalogue.filter(({ change }) => change[key] !== undefined).map(({ id }) => id);
    expect(idsOf("fixed")).toEqual(FIXED);
    expect(idsOf("byHand")).toEqual(BY_HAND);
  });

  test("gives the whole of the new answers, and what is different", () => {
    const { options, changes } = changing(
      { name: "shop" },
      { telemetry: ["sentry"], ci: "gitlab" },
    );
    expect(options).toMatchObject({ name: "shop", selection: { telemetry: ["sentry"] } });
    expect(changes).toEqual([
      { option: "ci", label: "CI", from: "GitHub Actions", to: "GitLab CI/CD" },
      { option: "telemetry", label: "Telemetry", from: "none", to: "Sentry" },
    ]);
  });

  test("to what there is already is none", () => {
    const before = { orm: "tortoise", telemetry: ["sentry"] };
    expect(changing(before, before).changes).toEqual([]);
    expect(changing({ name: "shop" }, { name: "shop" }).changes).toEqual([]);
  });

  test("tells what is left to be done by hand", () => {
    const [change] = changing({}, { database: "postgresql" }).changes;
    expect(change?.byHand).toMatch(/^DATABASE_URL and the data stay as they are: /);
  });

  test.each([
    ["orm", { orm: "tortoise" }, "Each ORM keeps its own history of migrations"],
    ["name", { name: "other" }, "named after it"],
    ["auth", { auth: "oidc" }, "different tables. It can become opaque or session."],
  ])("of %s is refused with the reason", (id, wanted, reason) => {
    expect(() => changing({}, wanted)).toThrow(reason);
    expect(() => changing({}, wanted)).toThrow(`--${id}: `);
  });

  test("between methods with other tables is refused from either side", () => {
    expect(() => changing({ auth: "api-key" }, { auth: "jwt" })).toThrow("It stays as it is.");
    expect(changing({ auth: "session" }, { auth: "jwt" }).changes).toHaveLength(1);
  });

  test("is judged as a new project would be", () => {
    expect(() => changing({}, { jobs: "taskiq" })).toThrow("taskiq keeps its queue in Redis");
    expect(changing({}, { jobs: "taskiq", state: "redis" }).changes).toHaveLength(2);
    expect(() => changing({}, { taste: "sour" })).toThrow("There is no option 'taste'.");
    expect(() => changing({}, { state: "shelf" })).toThrow("State has no choice");
    expect(() => changing({ auth: "oidc" }, { "password-hash": "bcrypt" })).toThrow(
      "does not apply",
    );
  });

  test.each(
    catalogue.flatMap((option) =>
      option.kind === "choice" && freeIn(option).length > 1 ? [option] : [],
    ),
  )("of $id leaves the tables as they are", (option) => {
    for (const stack of stackIds(catalogue)) {
      const choices = option.choices
        .filter(
          ({ id, stacks: of }) => freeIn(option).includes(id) && of?.includes(stack) !== false,
        )
        .map(({ id }) => id);
      // Beside these, every choice of every option can be had.
      const others = { stack, database: "postgresql", state: "redis" };
      const trees = choices.map((choice) => migrations({ ...others, [option.id]: choice }));
      expect(new Set(trees).size).toBe(1);
      expect(trees).not.toContain("");
    }
  });

  test("is refused where it would bring other tables", () => {
    const trees = ["jwt", "api-key", "oidc"].map((auth) => migrations({ auth }));
    expect(new Set([...trees, migrations({ orm: "tortoise" })]).size).toBe(4);
  });
});
