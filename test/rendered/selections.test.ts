import { expect, test } from "vitest";
import { coveringSelections, everySelection } from "../../src/options/matrix.ts";
import type { Selection } from "../../src/options/types.ts";
import { RENDERED_TESTS } from "../../vitest.rendered.config.ts";
import { fixtureCatalogue } from "../fixtures/catalogue.ts";
import { measuredSelections, titleOf, wantedSelections } from "./selections.ts";

const titles = (wish: string | undefined) =>
  wantedSelections(wish, fixtureCatalogue).selections.map(titleOf);

test("a covering set when nothing is said", () => {
  const { selections, reason } = wantedSelections("", fixtureCatalogue);
  expect(selections.length).toBeLessThan(10);
  expect(reason).toMatch(/^\d of 15 selections hold all \d+ pairs of choices$/);
});

test("all of them", () => {
  expect(titles("all")).toEqual(everySelection(fixtureCatalogue).map(titleOf));
});

test("those that have the choices", () => {
  expect(titles("environment=production,auth=key")).toEqual([
    "stack=snake,environment=production,store=server,auth=key,extras=bell+whistle",
  ]);
  for (const title of titles("extras=bell+whistle"))
    expect(title).toMatch(/,extras=bell\+whistle$/);
  for (const title of titles("extras=none")) expect(title).toMatch(/,extras=none$/);
});

test("the title of a selection finds it again", () => {
  for (const title of titles("all")) expect(titles(title)).toContain(title);
});

test("a choice that is not there is refused", () => {
  expect(() => titles("auth=kye")).toThrow("key");
  expect(() => titles("atuh=key")).toThrow("auth");
  expect(() => titles("auth")).toThrow();
  expect(() => titles("stack=coffee,auth=key")).toThrow();
});

test("coverage is measured with every ORM", () => {
  const ormsOf = (selections: readonly Selection[]) =>
    new Set(selections.map(({ stack, orm }) => `${stack} ${orm}`));
  const measured = measuredSelections(coveringSelections());
  expect(ormsOf(measured)).toEqual(ormsOf(everySelection()));
  expect(measured.length).toBe(ormsOf(measured).size);
});

test("those of every ORM are run", () => {
  const files = coveringSelections().map(({ orm }) => `test/rendered/covering.${orm}.test.ts`);
  expect(RENDERED_TESTS).toEqual(expect.arrayContaining(files));
});
