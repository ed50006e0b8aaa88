import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { jsonSchema } from "../../src/options/json-schema.ts";
import { parseAnswers, parseGiven } from "../../src/options/schema.ts";
import { fixtureCatalogue } from "../fixtures/catalogue.ts";

const refused = (run: () => unknown): { what: string; where: string; fix: string } => {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) {
      return { what: error.what, where: error.where, fix: error.fix };
    }
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("parseAnswers", () => {
  test("fills what was not answered", () => {
    expect(parseAnswers({})).toEqual({
      name: "my-api",
      description: "A secured API service.",
      selection: {
        stack: "fastapi",
        "framework-version": "0.165",
        environment: "development",
        orm: "sqlalchemy",
        database: "sqlite",
        state: "memory",
        auth: "jwt",
        "password-hash": "argon2",
        jobs: "in-process",
        container: "docker",
        deploy: "none",
        ci: "github",
        telemetry: [],
      },
    });
  });

  test("takes a default by another choice", () => {
    expect(parseAnswers({ environment: "production" }).selection.database).toBe("postgresql");
    expect(parseAnswers({ environment: "staging" }).selection.database).toBe("postgresql");
    expect(parseAnswers({ environment: "staging" }).selection.state).toBe("redis");
  });

  test("takes the first choice that fits where the default does not", () => {
    const forProduction = fixtureCatalogue.map((option) =>
      option.kind === "choice" && option.id === "environment"
        ? { ...option, default: "production" }
        : option,
    );
    expect(parseAnswers({}, forProduction).selection).toMatchObject({ environment: "production" });
    const { selection } = parseAnswers({ store: "file" }, forProduction);
    expect(selection).toMatchObject({ environment: "development", store: "file" });
  });

  test.each([["my-api"], ["a1"], [`a${"b".repeat(62)}`]])("accepts the name %s", (name) => {
    expect(parseAnswers({ name }).name).toBe(name);
  });

  test.each([
    [""],
    ["a"],
    ["My-api"],
    ["my_api"],
    ["1api"],
    ["-api"],
    ["api-"],
    ["my--api"],
    ["../evil"],
    ["/etc"],
    ["a/b"],
    ["a\\b"],
    ["a.b"],
    ["my api"],
    ["api\n"],
    ["nul"],
    ["com1"],
    ["postgres"],
    ["ärger"],
    [`a${"b".repeat(63)}`],
  ])("refuses the name %j", (name) => {
    const error = refused(() => parseAnswers({ name }));
    expect(error.where).toBe("--name");
    expect(error.what).toContain(JSON.stringify(name));
    expect(error.fix).toContain("letters");
  });

  test.each([
    ["two\nlines"],
    ["bell\u0007"],
    ["x\u2028y"],
    ["turned \u202e around"],
    ["half \ud83d"],
    ["x".repeat(201)],
  ])("refuses the description %j", (description) => {
    expect(refused(() => parseAnswers({ description })).where).toBe("--description");
  });

  test("accepts a description that only looks dangerous", () => {
    const description = `"""<b> <%= x %> \${PATH} 'é' #{y} 日本 \u{1F600}`;
    expect(parseAnswers({ description }).description).toBe(description);
  });

  test("names the nearest choice", () => {
    expect(refused(() => parseAnswers({ auth: "jwtt" }))).toEqual({
      what: 'Sign-in has no choice "jwtt".',
      where: "--auth",
      fix: "Did you mean jwt? Known: jwt, opaque, session, api-key, oidc.",
    });
  });

  test.each([
    ["0.133", "Did you mean 0.136?"],
    ["0.136.3", "Did you mean 0.136?"],
    ["0.165.0", "Did you mean 0.165?"],
    ["1", "Known:"],
  ])("says why there is no framework version %s", (version, advice) => {
    const { what, where, fix } = refused(() => parseAnswers({ "framework-version": version }));
    expect(what).toBe(
      `Framework version has no choice "${version}": only tested releases are offered, ` +
        "and FastAPI before 0.133 cannot use the security fixes of Starlette.",
    );
    expect(where).toBe("--framework-version");
    expect(fix).toContain(advice);
    expect(fix).toContain("Known: 0.165, 0.141, 0.136.");
  });

  test("names the nearest option", () => {
    const { what, fix } = refused(() => parseAnswers({ databse: "sqlite" }));
    expect(what).toBe("There is no option 'databse'.");
    expect(fix).toMatch(/^Did you mean database\?/);
  });

  test.each<[unknown]>([[7], [null], [["jwt"]], [{}]])("refuses %j, which is no text", (auth) => {
    expect(refused(() => parseAnswers({ auth })).where).toBe("--auth");
  });

  test("refuses a choice that is only reserved", () => {
    expect(refused(() => parseAnswers({ store: "cloud" }, fixtureCatalogue)).where).toBe("--store");
  });

  test("selects nothing for an option that does not apply", () => {
    const { selection } = parseAnswers({ auth: "key" }, fixtureCatalogue);
    expect(selection).not.toHaveProperty("hash");
  });
});

describe("parseGiven", () => {
  test("leaves open what was not answered", () => {
    expect(parseGiven({ auth: "jwt" })).toEqual({ auth: "jwt" });
  });

  test("refuses a choice of another stack, from either side", () => {
    const answers = { stack: "coffee", auth: "key" };
    expect(refused(() => parseGiven(answers, fixtureCatalogue))).toEqual({
      what: "Coffee does not go with --auth key: Key is not made for this stack.",
      where: "--stack",
      fix: "Choose snake, or change another choice.",
    });
  });

  test("refuses an option that does not apply, once that is known", () => {
    expect(parseGiven({ hash: "slow" }, fixtureCatalogue)).toEqual({ hash: "slow" });
    expect(refused(() => parseGiven({ hash: "slow", auth: "key" }, fixtureCatalogue))).toEqual({
      what: "Hash does not apply here: there is no password to hash.",
      where: "--hash",
      fix: "It needs --auth password; leave it out.",
    });
  });
});

describe("jsonSchema", () => {
  test("is closed and holds each option with its choices and its rule", () => {
    const schema = jsonSchema(fixtureCatalogue);
    expect(schema).toMatchObject({
      type: "object",
      additionalProperties: false,
      properties: {
        name: { type: "string", maxLength: 20, title: "Name" },
        store: { type: "string", enum: ["file", "server"], description: "keeps data" },
      },
    });
    expect(schema).not.toHaveProperty("required");
  });

  test("holds each exclusion", () => {
    expect(jsonSchema(fixtureCatalogue)).toMatchObject({
      allOf: [
        {
          $comment: "it is one file",
          not: {
            properties: { store: { enum: ["file"] }, environment: { enum: ["production"] } },
          },
        },
        { not: { properties: { auth: { enum: ["key"] }, stack: { enum: ["coffee"] } } } },
        {
          not: {
            properties: {
              extras: { type: "array", contains: { enum: ["whistle"] } },
              store: { enum: ["file"] },
            },
          },
        },
        {
          $comment: "there is no password to hash",
          if: { required: ["hash"] },
          // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
          then: { properties: { auth: { enum: ["password"] } } },
        },
      ],
    });
  });
});
