import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { catalogue } from "../../src/options/catalogue.ts";
import { jsonSchema } from "../../src/options/json-schema.ts";
import { checkDecided, checkPossible, checkRequired, offeredBy } from "../../src/options/policy.ts";
import { type Policy, parsePolicy } from "../../src/options/preset.ts";
import { questions } from "../../src/options/questions.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import { packageRoot } from "../../src/package-root.ts";
import { decisions } from "../../src/project/preset.ts";
import { policy as example, offered } from "../fixtures/example-preset.ts";

const HEAD = "name: acme\nversion: 1.2.3\norganisation: Acme\n";
const parse = (text: string): Policy => parsePolicy(HEAD + text, "preset.yaml");
const thrown = (work: () => unknown): UserError => {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("parsePolicy", () => {
  test("reads a preset that says no more than who it is", () => {
    expect(parse("")).toMatchObject({ name: "acme", locked: {}, settings: {}, replaces: {} });
  });

  test("reads numbers as numbers, and versions as text", () => {
    const text =
      "settings: {PORT: {min: 8000, max: 9000, reason: Ports.}}\ndefaults: {framework-version: 0.165}";
    expect(parse(text).settings).toEqual({ PORT: { min: 8000, max: 9000, reason: "Ports." } });
    expect(parse(text).defaults).toEqual({ "framework-version": "0.165" });
  });

  test.each([
    ["nothing", "", "preset.yaml", "no preset"],
    ["a list", "- a", "preset.yaml", "no preset"],
    ["no version", "name: acme\norganisation: Acme", "preset.yaml: version", "missing"],
    ["a version of two numbers", `${HEAD}`.replace("1.2.3", "1.2"), "version", "1.2.3"],
    ["a name with spaces", `${HEAD}`.replace("acme", "a b"), "preset.yaml: name", "words"],
    ["a key that is no key", `${HEAD}lokced: {}`, "preset.yaml", "Did you mean locked?"],
    [
      "an option that is none",
      `${HEAD}defaults: {databse: sqlite}`,
      "defaults.databse",
      "database?",
    ],
    [
      "a choice that is none",
      `${HEAD}defaults: {database: pg}`,
      "defaults.database",
      "postgresql?",
    ],
    [
      "a lock without a reason",
      `${HEAD}locked: {state: {choice: redis}}`,
      "locked.state.reason",
      "missing",
    ],
    [
      "a lock on a text",
      `${HEAD}locked: {name: {choice: x, reason: Y.}}`,
      "locked.name",
      "no choices",
    ],
    ["a lock that is a word", `${HEAD}locked: {state: redis}`, "preset.yaml: locked.state", ""],
    [
      "nothing allowed",
      `${HEAD}allowed: {auth: {choices: [], reason: Y.}}`,
      "allowed.auth.choices",
      "",
    ],
    ["a reason of two lines", `${HEAD}required: {name: "a\\nb"}`, "required.name", "one line"],
    [
      "a reason with an escape",
      `${HEAD}required: {name: "a\\u001b[31m"}`,
      "required.name",
      "control",
    ],
    [
      "a reason that turns text round",
      `${HEAD}required: {name: "a\\u202e"}`,
      "required.name",
      "control",
    ],
    ["a reason without end", `${HEAD}required: {name: ${"x".repeat(301)}}`, "required.name", "300"],
    ["an empty reason", `${HEAD}required: {name: " "}`, "required.name", "empty"],
    [
      "a bound that is no number",
      `${HEAD}settings: {PORT: {min: x, reason: Y.}}`,
      "settings.PORT.min",
      "number",
    ],
    [
      "a bound below nothing",
      `${HEAD}settings: {PORT: {min: -1, reason: Y.}}`,
      "PORT.min",
      "number",
    ],
    [
      "a floor above its ceiling",
      `${HEAD}settings: {PORT: {min: 9, max: 8, reason: Y.}}`,
      "PORT",
      "above",
    ],
    [
      "a default that it forbids",
      `${HEAD}defaults: {auth: jwt}\nallowed: {auth: {choices: [oidc], reason: Y.}}`,
      "defaults.auth",
      "jwt is not among",
    ],
    [
      "a default beside its lock",
      `${HEAD}defaults: {auth: jwt}\nlocked: {auth: {choice: oidc, reason: Y.}}`,
      "defaults.auth",
      "jwt is not among",
    ],
    [
      "what is locked and allowed",
      `${HEAD}allowed: {auth: {choices: [oidc], reason: Y.}}\nlocked: {auth: {choice: oidc, reason: Y.}}`,
      "locked.auth",
      "Say one",
    ],
    [
      "a name for a default that is taken",
      `${HEAD}defaults: {name: postgres}`,
      "defaults.name",
      "system database",
    ],
  ])("refuses %s, and says where and what to do", (_, text, where, what) => {
    const error = thrown(() => parsePolicy(text, "preset.yaml"));
    expect(error.code).toBe("preset");
    expect(error.where).toContain(where);
    expect(`${error.what} ${error.fix}`).toContain(what);
    expect(error.fix).not.toBe("");
  });
});

describe("the catalogue that a preset leaves", () => {
  const asked = (given: object = {}) =>
    questions({ ...given }, offered)
      .filter(({ when }) => when({}))
      .map(({ name }) => name);

  test("has its defaults, its choices and its lock", () => {
    const { selection } = parseAnswers({ description: "D" }, offered);
    expect(selection).toMatchObject({
      environment: "production",
      database: "postgresql",
      state: "redis",
    });
    expect(parseAnswers({ environment: "development" }, offered).selection.database).toBe(
      "postgresql",
    );
    expect(() => parseAnswers({ auth: "session" }, offered)).toThrow(UserError);
  });

  test("asks for what is open, and not for what is decided", () => {
    expect(asked()).toContain("auth");
    expect(asked()).not.toContain("state");
    const auth = questions({}, offered).find(({ name }) => name === "auth");
    expect(auth?.hint).toContain("People sign in through Acme ID");
  });

  test("asks again for a text that has to be given", () => {
    const question = questions({}, offered).find(({ name }) => name === "description");
    if (question?.type !== "input") throw new Error("description is a text");
    expect(question.default({})).toBeUndefined();
    expect(question.judge("  ")?.fault).toBe(example.required.description);
    expect(question.judge("Takes orders.")).toBeUndefined();
  });

  test("asks everyone for a choice that has to be made, even one for those who customise", () => {
    const policy = parse("required: {framework-version: Say which.}");
    const question = questions({}, offeredBy(policy)).find(
      ({ name }) => name === "framework-version",
    );
    expect(question?.custom).toBe(false);
  });

  test("leaves ours alone", () => {
    expect(offeredBy(parse(""))).toEqual(catalogue);
  });

  test("is no catalogue of nothing: a preset that nobody can follow is refused", () => {
    const policy = parse(
      "locked: {database: {choice: sqlite, reason: A.}, environment: {choice: production, reason: B.}}",
    );
    const error = thrown(() => checkPossible(policy, "preset.yaml", offeredBy(policy)));
    expect(error.what).toMatch(/^Its decisions allow no project: /);
  });
});

describe("checkDecided", () => {
  const refused = (answers: object) => thrown(() => checkDecided(example, { ...answers }));

  test("refuses an answer against a lock in the preset's own words", () => {
    expect(refused({ state: "memory" })).toMatchObject({
      what: example.locked.state?.reason,
      where: "--state",
      fix: "acme-platform 2.1.0 of Acme allows redis.",
      code: "policy",
      exitCode: 2,
    });
  });

  test("refuses a choice that is not allowed", () => {
    expect(refused({ auth: "session" })).toMatchObject({
      what: example.allowed.auth?.reason,
      fix: "acme-platform 2.1.0 of Acme allows oidc or jwt.",
    });
  });

  test("takes what agrees, and leaves slips to whoever reads them", () => {
    const answers = { state: "redis", auth: "jwt", database: "pg", nonsense: "x" };
    expect(() => checkDecided(example, answers)).not.toThrow();
  });
});

describe("checkRequired", () => {
  const check = (text: string, answers: object) => () => {
    const policy = parse(text);
    checkRequired(policy, { ...answers }, offeredBy(policy));
  };

  test("refuses to take a default in place of an answer", () => {
    expect(check("required: {auth: Say how.}", {})).toThrow("--auth: Say how. acme 1.2.3 of Acme");
    expect(check("required: {auth: Say how.}", { auth: "jwt" })).not.toThrow();
  });

  test("takes no empty text for an answer", () => {
    expect(check("required: {description: Say what.}", { description: " " })).toThrow("Say what.");
  });

  test("asks for nothing that does not apply or has one choice", () => {
    const hash = "required: {password-hash: Say which.}";
    expect(check(hash, { auth: "oidc" })).not.toThrow();
    expect(check(hash, { auth: "jwt" })).toThrow("Say which.");
    const locked = "locked: {password-hash: {choice: argon2, reason: A.}}";
    expect(check(`${hash}\n${locked}`, { auth: "jwt" })).not.toThrow();
  });
});

test("what is decided is told with who decided and why", () => {
  expect(decisions(example)).toEqual([
    { label: "Stack", choice: "FastAPI", reason: example.locked.stack?.reason },
    { label: "State", choice: "Redis", reason: example.locked.state?.reason },
    { label: "Container", choice: "No container", reason: example.locked.container?.reason },
  ]);
});

describe("the JSON Schema that a preset leaves", () => {
  const policy = parse(
    "locked: {state: {choice: redis, reason: A.}}\nallowed: {auth: {choices: [jwt, oidc], reason: B.}}\n" +
      "required: {description: C., password-hash: D.}\ndefaults: {database: postgresql}",
  );
  const left = offeredBy(policy);
  const validate = new Ajv({ strict: false }).compile(JSON.parse(JSON.stringify(jsonSchema(left))));

  test.each([
    [{ description: "D", auth: "oidc" }, true],
    [{ description: "D", auth: "jwt", "password-hash": "argon2" }, true],
    [{ description: "D", auth: "jwt" }, false],
    [{ auth: "oidc" }, false],
    [{ description: " ", auth: "oidc" }, false],
    [{ description: "D", auth: "session" }, false],
    [{ description: "D", auth: "oidc", state: "memory" }, false],
    [{ description: "D", auth: "oidc", state: "redis" }, true],
  ])("judges %j as %s, as a run does", (answers, valid) => {
    expect(validate(answers)).toBe(valid);
    const run = () => {
      checkDecided(policy, answers);
      checkRequired(policy, answers, left);
      parseAnswers(answers, left);
    };
    if (valid) expect(run).not.toThrow();
    else expect(run).toThrow(UserError);
  });

  test("says the defaults", () => {
    expect(jsonSchema(left)).toHaveProperty("properties.database.default", "postgresql");
    expect(jsonSchema(left)).not.toHaveProperty("properties.description.default");
  });
});

test("what nobody may waive is a finding that could be", () => {
  const policy = (of: string) =>
    JSON.stringify({ name: "a", version: "1.0.0", organisation: "A", unwaivable: { [of]: "So." } });
  for (const of of ["weakened", "missing:README.md", "advisories:CSA-2026-001"]) {
    expect(parsePolicy(policy(of), "preset.json").unwaivable).toEqual({ [of]: "So." });
  }
  for (const of of ["edited", "outdated:0.1.0", "weakenedly"]) {
    expect(() => parsePolicy(policy(of), "preset.json")).toThrow("no finding that can be waived");
  }
});

test("docs/presets.md shows the example as it is", () => {
  const read = (path: string) => readFileSync(join(packageRoot(), path), "utf8");
  const shown = read("examples/acme-platform/preset.yaml");
  const blocks = [...read("docs/presets.md").matchAll(/^```yaml\n([\s\S]*?)^```/gm)];
  expect(blocks.length).toBeGreaterThan(2);
  for (const [, block = ""] of blocks) {
    for (const line of block.trim().split("\n")) expect(shown).toContain(line.replace(/ +#.*/, ""));
  }
});
