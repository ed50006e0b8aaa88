import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { catalogue } from "../../src/options/catalogue.ts";
import { parseArguments } from "../../src/options/flags.ts";
import { questions } from "../../src/options/questions.ts";
import { parseAnswers, parseGiven } from "../../src/options/schema.ts";
import type { Answers } from "../../src/options/types.ts";

// What cannot be combined, and why: stated here and not taken from the catalogue. All else can.
const withoutPasswords = ["api-key", "oidc"];
const refusals: readonly (readonly [Answers, string])[] = [
  [
    { environment: "production", database: "sqlite" },
    "the service refuses to start with SQLite in production.",
  ],
  [{ jobs: "taskiq", state: "memory" }, "taskiq keeps its queue in Redis."],
  [{ jobs: "bullmq", state: "memory" }, "the queue of BullMQ is in Redis."],
  [{ container: "none", deploy: "kubernetes" }, "pods run the image, which Docker builds."],
  [{ database: "sqlite", deploy: "kubernetes" }, "each would have a database of its own."],
  [{ state: "memory", deploy: "kubernetes" }, "only Redis lets them count requests together."],
  ...withoutPasswords.flatMap((auth) => [
    [{ auth, "password-hash": "argon2" }, "store no password"] as const,
    [{ auth, "password-hash": "bcrypt" }, "store no password"] as const,
    [{ auth, jobs: "in-process" }, "only accounts with passwords receive any"] as const,
    [{ auth, jobs: "taskiq" }, "only accounts with passwords receive any"] as const,
    [{ auth, jobs: "bullmq" }, "only accounts with passwords receive any"] as const,
  ]),
];

const messageOf = (run: () => unknown): string | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.what;
    throw error;
  }
};

/** What one stack alone has, stated here and not taken from the catalogue. */
const ofStack: Readonly<Record<string, readonly string[]>> = {
  fastapi: ["fastapi", "0.165", "0.141", "0.136", "sqlalchemy", "tortoise", "taskiq"],
  fastify: ["fastify", "5.12", "drizzle", "mikro-orm", "bullmq"],
};

/** The stacks that have a choice. */
const stacksOf = (choice: string): readonly string[] => {
  const owners = Object.keys(ofStack).filter((stack) => ofStack[stack]?.includes(choice));
  return owners.length > 0 ? owners : Object.keys(ofStack);
};

/** Each two choices of different options. */
const pairs: readonly Answers[] = catalogue.flatMap((left, index) =>
  catalogue.slice(index + 1).flatMap((right) =>
    left.kind === "text" || right.kind === "text"
      ? []
      : left.choices.flatMap((one) =>
          right.choices.map((other) => ({
            [left.id]: left.kind === "many" ? [one.id] : one.id,
            [right.id]: right.kind === "many" ? [other.id] : other.id,
          })),
        ),
  ),
);

const isListed = (pair: Answers): boolean =>
  refusals.some(([refused]) => JSON.stringify(refused) === JSON.stringify(pair));

describe.each(refusals)("%j", (pair, reason) => {
  const flags = Object.entries(pair).flatMap(([id, choice]) => [`--${id}`, String(choice)]);

  test.each([
    ["in this order", flags],
    ["in the other", [...flags.slice(2), ...flags.slice(0, 2)]],
  ])("is refused as flags, %s, with the reason", (_, argv) => {
    const { answers } = parseArguments(argv);
    expect(messageOf(() => parseGiven(answers))).toContain(reason);
    expect(messageOf(() => parseAnswers(answers))).toContain(reason);
  });

  test("is not offered by the questions", () => {
    const [[first = "", choice] = [], [second = "", other] = []] = Object.entries(pair);
    const question = questions({}).find(({ name }) => name === second);
    if (question?.type !== "select") throw new Error(`${second} is no choice`);
    const asked = question.when({ [first]: choice });
    const values = question.choices({ [first]: choice }).map(({ value }) => value);
    expect(asked && values.includes(String(other))).toBe(false);
  });
});

/** Whether some stack has both. */
const areTogether = (pair: Answers): boolean => {
  const [left = [], right = []] = Object.values(pair)
    .flat()
    .map((id) => stacksOf(String(id)));
  return left.some((stack) => right.includes(stack));
};

test("choices that no stack has together are refused", () => {
  const apart = pairs.filter((pair) => !areTogether(pair));
  expect(apart.length).toBeGreaterThan(20);
  for (const pair of apart)
    expect(
      messageOf(() => parseAnswers(pair)),
      JSON.stringify(pair),
    ).toMatch(/is not made for this stack|no stack has both/);
});

test("every other pair is taken", () => {
  expect(pairs.length).toBeGreaterThan(100);
  const taken = pairs.filter((pair) => areTogether(pair) && !isListed(pair));
  expect(taken.length).toBeGreaterThan(100);
  for (const pair of taken)
    expect(
      messageOf(() => parseAnswers(pair)),
      JSON.stringify(pair),
    ).toBe(undefined);
});
