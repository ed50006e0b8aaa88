import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import type { Selection } from "../../src/options/types.ts";
import { type Cell, cellOf, everyCell } from "../fixtures/matrix.ts";

// To take them anew, and then to read the difference: npx vitest run test/snapshots -u
const folder = join(import.meta.dirname, "__snapshots__");

/** Few projects that together hold every line that a template can print. */
const selections: readonly Selection[] = [
  { auth: "opaque", ci: "none", telemetry: ["prometheus", "opentelemetry", "sentry"] },
  { auth: "oidc", database: "mysql", environment: "development" },
  {
    auth: "session",
    orm: "tortoise",
    "framework-version": "0.136",
    jobs: "taskiq",
    telemetry: ["prometheus", "opentelemetry"],
  },
  {
    auth: "jwt",
    orm: "tortoise",
    database: "mysql",
    jobs: "taskiq",
    "password-hash": "bcrypt",
    deploy: "kubernetes",
    ci: "gitlab",
  },
  {
    auth: "oidc",
    database: "postgresql",
    environment: "staging",
    "framework-version": "0.141",
    deploy: "kubernetes",
    ci: "gitlab",
    telemetry: ["prometheus", "opentelemetry", "sentry"],
  },
  { auth: "api-key", orm: "tortoise", environment: "production", state: "memory" },
  {
    stack: "fastify",
    auth: "jwt",
    database: "mysql",
    environment: "production",
    deploy: "kubernetes",
    telemetry: ["prometheus", "opentelemetry", "sentry"],
  },
  {
    stack: "fastify",
    auth: "session",
    orm: "mikro-orm",
    database: "mysql",
    environment: "staging",
    "password-hash": "bcrypt",
    jobs: "bullmq",
    ci: "gitlab",
    telemetry: ["prometheus", "opentelemetry"],
  },
  {
    stack: "fastify",
    auth: "opaque",
    database: "postgresql",
    state: "redis",
    jobs: "bullmq",
    deploy: "kubernetes",
    telemetry: ["prometheus"],
  },
  {
    stack: "fastify",
    auth: "api-key",
    orm: "mikro-orm",
    ci: "none",
    telemetry: ["opentelemetry", "sentry"],
  },
  {
    stack: "fastify",
    auth: "oidc",
    orm: "mikro-orm",
    database: "postgresql",
    state: "redis",
  },
];

const titleOf = (selection: Selection): string => Object.values(selection).join("-");

/** As in the templates: neither git nor npm may read a snapshot as its own. */
const stored = (path: string): string =>
  path
    .split("/")
    .map((segment) => segment.replace(/^\./, "dot-"))
    .join("/");

/** The files that are written by a template, by path; all others are copied byte for byte. */
const renderedIn = ({ planned, texts }: Cell): readonly (readonly [string, string])[] =>
  [...texts].filter(([path]) => planned.files.get(path)?.rendered);

const snapshots = selections.map((selection) => ({
  title: titleOf(selection),
  files: renderedIn(cellOf(selection)),
}));

describe.each(snapshots)("what templates print for $title", ({ title, files }) => {
  test.each(files)("%s", async (path, text) => {
    await expect(text).toMatchFileSnapshot(join(folder, title, stored(path)));
  });
});

describe("over every project", () => {
  const cells = everyCell();

  test("each line that a template can print is in a snapshot", () => {
    // Many layers fill one row of this table, or one list of a module: they are compared item by item.
    const ends = (path: string) => {
      if (path === "docs/threat-model.md") return /\n| \| ?|, /;
      return path.endsWith(".ts") ? /,?\n *|[[\]()]|, |;/ : "\n";
    };
    const linesOf = ([path, text]: readonly [string, string]) =>
      text.split(ends(path)).map((line) => `${path}: ${line}`);
    const kept = new Set(snapshots.flatMap(({ files }) => files.flatMap(linesOf)));
    const missing = new Map(
      cells.flatMap((cell) =>
        renderedIn(cell)
          .flatMap(linesOf)
          .filter((line) => !kept.has(line))
          .map((line) => [line, cell.title] as const),
      ),
    );
    expect([...missing]).toEqual([]);
  });

  test("each file, with the layers that bring it", async () => {
    const owners = new Map<string, Set<string>>();
    for (const { planned } of cells) {
      for (const [path, { layer }] of planned.files) {
        owners.set(path, (owners.get(path) ?? new Set()).add(layer));
      }
    }
    const list = [...owners]
      .map(([path, layers]) => `${path}  ${[...layers].sort().join("  ")}\n`)
      .sort();
    await expect(list.join("")).toMatchFileSnapshot(join(folder, "files.txt"));
  });
});

test("no snapshot is left over: delete it", () => {
  const entries = existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
    : [];
  const kept = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const taken = snapshots.flatMap(({ title, files }) =>
    files.map(([path]) => join(title, stored(path))),
  );
  expect(["files.txt", ...taken]).toEqual(expect.arrayContaining(kept));
});
