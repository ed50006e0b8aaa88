import { expect, test } from "vitest";
import { type News, newsJson, newsLines } from "../../src/project/news.ts";

const nothing: News = {
  releases: [],
  changes: [],
  settings: [],
  migrations: [],
  secrets: { variables: [], files: [], added: false },
};

test("nothing is told where there is nothing", () => {
  expect(newsLines(nothing)).toEqual([]);
  expect(
    newsLines({
      ...nothing,
      releases: [{ version: "1.0.0", date: "2026-01-01", changes: [], fixes: [] }],
    }),
  ).toEqual([]);
});

test("everything is told, and what is left to do", () => {
  const news: News = {
    releases: [
      {
        version: "1.0.0",
        date: "2026-01-01",
        changes: [{ text: "It is other.", do: "Look." }],
        fixes: [{ text: "It was open." }],
      },
    ],
    changes: [{ option: "state", label: "State", from: "Memory", to: "Redis", byHand: "Wait." }],
    settings: [
      { name: "A", change: "new", doc: "Its A.", required: true },
      { name: "B", change: "required", doc: "Its B.", required: true },
      { name: "C", change: "gone", required: false },
    ],
    migrations: ["migrations/0004_a.py"],
    secrets: { variables: ["A"], files: [".secrets/b"], added: false },
  };
  expect(newsLines(news).join("\n")).toBe(`
Faults of security that 1.0.0 ends:
  - It was open.

What 1.0.0 (2026-01-01) changes:
  - It is other.
    To do: Look.

Options:
  State: Memory -> Redis
    To do: Wait.

Settings:
  A (new, required): Its A.
  B (required now): Its B.
  C (gone)

Migrations:
  migrations/0004_a.py

Missing in the secrets of this checkout; --env adds them:
  A
  .secrets/b`);
  const added = newsLines({ ...nothing, secrets: { ...news.secrets, added: true } });
  expect(added).toEqual(["", "Added to the secrets of this checkout:", "  A", "  .secrets/b"]);
  expect(newsJson(news)).toMatchObject({ env: { variables: ["A"] }, options: news.changes });
});
