import { expect, test } from "vitest";
import type { Selection } from "../../src/options/types.ts";
import { everyCell, faultsIn } from "../fixtures/matrix.ts";
import { remembered } from "../fixtures/remembered.ts";

const cells = everyCell();

/** The names of a setting in code: in snake_case, or in camelCase. */
const spellings = (name: string): readonly string[] => {
  const snake = name.toLowerCase();
  return [snake, snake.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())];
};

/** Node reads a file by one connection and writes by another: there is no pool, and no server. */
const ofPools = new Set(["DATABASE_POOL_SIZE", "DATABASE_MAX_OVERFLOW", "DATABASE_POOL_RECYCLE"]);
const isOfNoUse = (name: string, { stack, database }: Selection): boolean =>
  ofPools.has(name) && stack === "fastify" && database === "sqlite";

const READ =
  /\.(\w+)|\["(\w+)"\]|info\.data\.get\("(\w+)"\)|\{([^{}]*)\}(?:: Settings| = [\w.]*settings\b)/g;

/** The names that a text reads of anything. */
const namesReadIn = remembered((text) =>
  [...text.matchAll(READ)].flatMap(([, ...names]) =>
    names.flatMap((name = "") => name.split(/\W+/)),
  ),
);

test("each setting is read by the service", () => {
  const faults = faultsIn(cells, ({ planned, texts }) => {
    const code = [...texts].filter(([path]) =>
      /^(?:app|src|migrations)\/(?!.*settings\/model)/.test(path),
    );
    const read = new Set(code.flatMap(([, text]) => namesReadIn(text)));
    return planned.settings
      .map(({ name }) => name)
      .filter((name) => !spellings(name).some((spelling) => read.has(spelling)))
      .filter((name) => !isOfNoUse(name, planned.options.selection));
  });
  expect(faults).toEqual([]);
});

test("each setting that production requires is in .env.example, to be filled in", () => {
  const faults = faultsIn(cells, ({ planned, texts }) => {
    const lines = (texts.get(".env.example") ?? "").split("\n");
    const required = planned.settings.filter(
      ({ default: usual, production }) => usual === undefined || production === "required",
    );
    expect(required.length).toBeGreaterThanOrEqual(5);
    return required
      .map(({ name }) => name)
      .filter((name) => !lines.some((line) => line.startsWith(`${name}=`)));
  });
  expect(faults).toEqual([]);
});
