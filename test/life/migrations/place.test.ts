import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isMigration, placeMigrations } from "../../../src/life/migrations/place.ts";
import { alembic } from "../../../src/life/migrations/tools/alembic.ts";
import { packageRoot } from "../../../src/package-root.ts";

type Texts = Readonly<Record<string, string>>;

/** What a new version brings: of what was there, nothing changes. */
const placing =
  (migrations: { readonly tool: string; readonly folder: string }) =>
  (
    before: Texts,
    added: Texts,
    own: Texts,
    earlier: readonly { from: string; to: string }[] = [],
  ) => {
    const { files, ...rest } = placeMigrations(migrations, {
      before: new Set(Object.keys(before)),
      now: new Map(Object.entries({ ...before, ...added })),
      own: new Map(Object.entries(own)),
      earlier,
    });
    return { files: Object.fromEntries(files), ...rest };
  };

describe("Alembic", () => {
  const place = placing({ tool: "alembic", folder: "migrations/versions" });
  const at = (name: string) => `migrations/versions/${name}.py`;
  const revision = (id: string, down: string, more = ""): string =>
    `"""Tables."""\n\nrevision = "${id}"\ndown_revision = ${down}\n\n\ndef upgrade() -> None:\n    ${more || "pass"}\n`;
  const before = { [at("0001_first")]: revision("0001", "None") };
  const added = { [at("0002_more")]: revision("0002", '"0001"') };
  const projects = { [at("f00_projects")]: revision("f00", '"0001"') };

  test("what is new stays as it is where the project has no migration of its own", () => {
    const { files, placed, added: applied } = place(before, added, before);
    expect([files, placed, applied]).toEqual([{}, [], [at("0002_more")]]);
  });

  test("where both have gone on, a merge brings the two together", () => {
    const { files, placed, added: applied } = place(before, added, { ...before, ...projects });
    const [[path = "", text] = []] = Object.entries(files);
    expect([Object.keys(files).length, placed]).toEqual([1, []]);
    expect(path).toMatch(/^migrations\/versions\/[0-9a-f]{12}_merge\.py$/);
    expect(text).toContain('\ndown_revision = ("f00", "0002")\n');
    expect(applied).toEqual([at("0002_more"), path]);
    expect(isMigration({ tool: "alembic", folder: "migrations/versions" }, path, text ?? "")).toBe(
      true,
    );
  });

  test("a revision whose name the project uses for another one gets the next number", () => {
    const own = { ...before, [at("0002_projects")]: revision("0002", '"0001"', "op.execute('')") };
    const third = { [at("0003_last")]: revision("0003", '"0002"') };
    const { files, placed } = place(before, { ...added, ...third }, own);
    expect(files[at("0003_more")]).toBe(revision("0003", '"0001"'));
    expect(files[at("0004_last")]).toBe(revision("0004", '"0003"'));
    expect(Object.values(files)[2]).toContain('down_revision = ("0002", "0004")');
    expect(placed).toEqual([
      { from: at("0002_more"), to: at("0003_more") },
      { from: at("0003_last"), to: at("0004_last") },
    ]);
  });

  test("what was placed once is where it is, and what follows is behind it", () => {
    const earlier = [{ from: at("0002_more"), to: at("0003_more") }];
    const own = {
      ...before,
      [at("0002_projects")]: revision("0002", '"0001"'),
      [at("0003_more")]: revision("0003", '"0001"'),
      [at("abc_merge")]: revision("abc", '(\n    "0002",\n    "0003",\n)'),
    };
    const again = place(before, added, own, earlier);
    expect([again.files, again.placed, again.added]).toEqual([{}, earlier, []]);
    const next = { [at("0003_last")]: revision("0003", '"0002"') };
    const { files, placed } = place({ ...before, ...added }, next, own, earlier);
    expect(files[at("0004_last")]).toBe(revision("0004", '"0003"'));
    expect(Object.values(files)[1]).toContain('down_revision = ("abc", "0004")');
    expect(placed).toHaveLength(2);
  });

  test("where the project has squashed its revisions, what is new is behind its newest", () => {
    const own = { [at("aaa_all")]: revision("aaa", "None") };
    const { files, placed } = place(before, added, own);
    expect(files).toEqual({ [at("0002_more")]: revision("0002", '"aaa"') });
    expect(placed).toEqual([{ from: at("0002_more"), to: at("0002_more") }]);
  });

  test("branches of the project's own are not merged", () => {
    const own = { ...before, ...projects, [at("ba5_other")]: revision("ba5", '"0001"') };
    expect(place(before, added, own).files).toEqual({});
  });

  test("what the project has already in the same words is not new", () => {
    expect(place(before, added, { ...before, ...added }).added).toEqual([]);
  });

  test.each([
    ['revision: str = "f00"\ndown_revision: Union[str, Sequence[str], None] = "0001"', ["0001"]],
    ["revision = 'f00'\ndown_revision = None", []],
    ['revision = "f00"\ndown_revision = ["0001", "0002"]', ["0001", "0002"]],
  ])("reads %j", (text, parents) => {
    expect(alembic.read(at("f00"), text, new Map())).toMatchObject({ id: "f00", parents });
  });
});

describe("Tortoise", () => {
  const place = placing({ tool: "tortoise", folder: "migrations" });
  const at = (name: string) => `migrations/${name}.py`;
  const migration = (dependencies: string): string =>
    `"""Tables."""\n\n\nclass Migration(migrations.Migration):\n    dependencies = ${dependencies}\n\n    operations = []\n`;
  const first = '"""Tables."""\n\n\nclass Migration(migrations.Migration):\n    initial = True\n';
  const before = { [at("0001_first")]: first, [at("_config")]: "", [at("__init__")]: "" };
  const added = { [at("0002_more")]: migration('[("app", "0001_first")]') };
  const projects = { [at("0002_projects")]: migration('[("app", "0001_first")]') };

  test("what is new stays as it is where the project has no migration of its own", () => {
    const { files, placed, added: applied } = place(before, added, before);
    expect([files, placed, applied]).toEqual([{}, [], [at("0002_more")]]);
  });

  test("what is new is behind the project's newest, with the number that follows", () => {
    const third = { [at("0003_last")]: migration('[("app", "0002_more"), ("other", "0001_x")]') };
    const own = { ...before, ...projects };
    const { files, placed } = place(before, { ...added, ...third }, own);
    expect(files).toEqual({
      [at("0003_more")]: migration('[("app", "0002_projects")]'),
      [at("0004_last")]: migration('[("app", "0003_more"), ("other", "0001_x")]'),
    });
    expect(placed.map(({ to }) => to)).toEqual([at("0003_more"), at("0004_last")]);
  });

  test("what was placed once is where it is, and what follows is behind the newest", () => {
    const earlier = [{ from: at("0002_more"), to: at("0003_more") }];
    const own = {
      ...before,
      ...projects,
      [at("0003_more")]: migration('[("app", "0002_projects")]'),
    };
    expect(place(before, added, own, earlier)).toEqual({ files: {}, placed: earlier, added: [] });
    const next = { [at("0003_last")]: migration('[("app", "0002_more")]') };
    const { files } = place({ ...before, ...added }, next, own, earlier);
    expect(files).toEqual({ [at("0004_last")]: migration('[("app", "0003_more")]') });
  });

  test("long lists of dependencies are written as ruff writes them", () => {
    const [a, b] = [`0002_${"a".repeat(40)}`, `0002_${"b".repeat(40)}`];
    const own = {
      ...before,
      [at(a)]: migration('[\n        ("app", "0001_first"),\n    ]'),
      [at(b)]: migration('[("app", "0001_first")]'),
    };
    const { files } = place(before, added, own);
    expect(files).toEqual({
      [at("0003_more")]: migration(`[\n        ("app", "${a}"),\n        ("app", "${b}"),\n    ]`),
    });
  });

  test("files that are no migrations are not looked at", () => {
    const is = (path: string, text: string) =>
      isMigration({ tool: "tortoise", folder: "migrations" }, path, text);
    expect(is(at("0002_more"), migration("[]"))).toBe(true);
    expect(is(at("_config"), migration("[]"))).toBe(false);
    expect(is(at("0002_more"), "")).toBe(false);
    expect(is("app/migrations/0002_more.py", migration("[]"))).toBe(false);
  });
});

describe("Drizzle Kit", () => {
  const place = placing({ tool: "drizzle", folder: "migrations" });
  const ORIGIN = "00000000-0000-0000-0000-000000000000";
  const sql = (name: string) => `migrations/${name}/migration.sql`;
  const json = (name: string) => `migrations/${name}/snapshot.json`;
  const snapshot = (id: string, prevIds: readonly string[], more: object = {}): string =>
    `${JSON.stringify({ dialect: "postgres", id, prevIds, ...more }, undefined, 2)}\n`;
  const migration = (
    name: string,
    id: string,
    prevIds: readonly string[],
    more?: object,
  ): Texts => ({
    [sql(name)]: `CREATE TABLE "${id}" ();`,
    [json(name)]: snapshot(id, prevIds, more),
  });
  const before = migration("20261101000001_first", "first", [ORIGIN]);
  const added = migration("20261201000001_more", "more", ["first"]);
  const moved = (from: string, to: string) => [
    { from: sql(from), to: sql(to) },
    { from: json(from), to: json(to) },
  ];

  test("what is new stays as it is where the project has no migration of its own", () => {
    const { files, placed, added: applied } = place(before, added, before);
    expect([files, placed, applied]).toEqual([{}, [], [sql("20261201000001_more")]]);
  });

  test("what is new is applied after the project's newest, and its snapshot is left alone", () => {
    const third = migration("20261201000002_last", "last", ["more"]);
    const own = { ...before, ...migration("20261231235959_projects", "projects", ["first"]) };
    const { files, placed, added: applied } = place(before, { ...added, ...third }, own);
    expect(files).toEqual({
      ...migration("20270101000000_more", "more", ["first"]),
      ...migration("20270101000001_last", "last", ["more"]),
    });
    expect(placed).toEqual([
      ...moved("20261201000001_more", "20270101000000_more"),
      ...moved("20261201000002_last", "20270101000001_last"),
    ]);
    expect(applied).toEqual([sql("20270101000000_more"), sql("20270101000001_last")]);
  });

  test("what is behind the project's newest already stays there", () => {
    const own = { ...before, ...migration("20261115000000_projects", "projects", ["first"]) };
    expect(place(before, added, own)).toMatchObject({ files: {}, placed: [] });
  });

  test("what was placed once is where it is, and what follows is behind it", () => {
    const earlier = moved("20261201000001_more", "20270101000000_more");
    const own = {
      ...before,
      ...migration("20261231235959_projects", "projects", ["first"]),
      ...migration("20270101000000_more", "more", ["first"]),
    };
    expect(place(before, added, own, earlier)).toEqual({ files: {}, placed: earlier, added: [] });
    const next = migration("20261202000000_last", "last", ["more"]);
    const { files, placed } = place({ ...before, ...added }, next, own, earlier);
    expect(files).toEqual(migration("20270101000001_last", "last", ["more"]));
    expect(placed).toHaveLength(4);
  });

  test("a folder without a snapshot, or one that is not named by its time, is placed too", () => {
    const own = { ...before, [sql("20261301_own")]: "SELECT 1;", [sql("0007_own")]: "SELECT 1;" };
    const bare = { [sql("20261201000001_more")]: "SELECT 2;" };
    expect(place(before, bare, own).files).toEqual({ [sql("20261302_more")]: "SELECT 2;" });
  });

  test("where the project has squashed its migrations, what is new is behind its newest", () => {
    const own = migration("20261110000000_all", "all", [ORIGIN]);
    const { files, placed } = place(before, added, own);
    expect(files).toEqual(migration("20261201000001_more", "more", ["all"]));
    expect(placed).toEqual(moved("20261201000001_more", "20261201000001_more"));
  });

  test("a squashed project keeps its tables in a snapshot that tells of all", () => {
    const table = (name: string) => ({ entityType: "tables", name });
    const column = (of: string, type: string) => ({
      entityType: "columns",
      table: of,
      name: "id",
      type,
    });
    const [users, projects, more] = ["users", "projects", "more"].map(table);
    const first = migration("20261101000001_first", "first", [ORIGIN], {
      ddl: [users, column("users", "text"), table("gone")],
    });
    const second = migration("20261201000001_more", "more", ["first"], {
      ddl: [users, column("users", "uuid"), more],
    });
    const own = migration("20261110000000_all", "all", [ORIGIN], {
      ddl: [users, column("users", "text"), table("gone"), projects],
    });
    const { files } = place(first, second, own);
    expect(JSON.parse(files[json("20261201000001_more")] ?? "")).toMatchObject({
      prevIds: ["all"],
      ddl: [users, column("users", "uuid"), projects, more],
    });
  });

  test("files that are no migrations are not looked at", () => {
    const is = (path: string) => isMigration({ tool: "drizzle", folder: "migrations" }, path, "");
    expect(is(sql("20261201000001_more"))).toBe(true);
    expect(is(json("20261201000001_more"))).toBe(false);
    expect(is("migrations/migration.sql")).toBe(false);
    expect(is(sql("notes"))).toBe(false);
    expect(is("src/20261201000001_more/migration.sql")).toBe(false);
  });
});

describe("MikroORM", () => {
  const place = placing({ tool: "mikroorm", folder: "migrations" });
  const sql = (name: string) => `migrations/${name}/migration.sql`;
  const json = (name: string) => `migrations/${name}/snapshot.json`;
  const migration = (name: string, tables: readonly string[]): Texts => ({
    [sql(name)]: `CREATE TABLE ${tables.at(-1)} ();`,
    [json(name)]:
      `${JSON.stringify({ tables: tables.map((table) => ({ name: table })) }, undefined, 2)}\n`,
  });
  const before = migration("20261101000001_first", ["users"]);
  const added = {
    ...migration("20261201000001_more", ["users", "more"]),
    ...migration("20261201000002_last", ["users", "more", "last"]),
  };

  test("what is new stays as it is where the project has no migration of its own", () => {
    expect(place(before, added, before)).toMatchObject({ files: {}, placed: [] });
  });

  test("behind a migration of the project, the newest snapshot tells of all tables", () => {
    const own = { ...before, ...migration("20261215000000_projects", ["users", "projects"]) };
    const { files, added: applied } = place(before, added, own);
    const [more, last] = ["20261215000001_more", "20261215000002_last"];
    expect(Object.keys(files)).toEqual([sql(more), json(more), sql(last), json(last)]);
    const tablesIn = (name: string) =>
      JSON.parse(files[json(name)] ?? "").tables.map((table: { name: string }) => table.name);
    expect(tablesIn(more)).toEqual(["users", "projects", "more"]);
    expect(tablesIn(last)).toEqual(["users", "projects", "more", "last"]);
    expect(applied).toEqual([sql(more), sql(last)]);
  });

  test("a migration of the project that is applied before counts as well", () => {
    const own = { ...before, ...migration("20261115000000_projects", ["users", "projects"]) };
    const { files, placed } = place(before, added, own);
    expect(files[json("20261201000001_more")]).toContain('"projects"');
    expect(placed.every(({ from, to }) => from === to)).toBe(true);
  });
});

describe("the snapshots that we ship", () => {
  const root = join(packageRoot(), "templates/fastify");
  const snapshotsOf = (orm: string, database: string): Texts =>
    Object.fromEntries(
      readdirSync(root, { recursive: true, encoding: "utf8" })
        .filter((path) => path.startsWith(`orm=${orm}`) && path.endsWith("/snapshot.json"))
        .filter((path) => path.includes(`database=${database}/`))
        .map((path) => [path, readFileSync(join(root, path), "utf8")] as const)
        .flatMap(([path, text]) => {
          const there = path.slice(path.indexOf("migrations/"));
          return [
            [there, text],
            [there.replace("snapshot.json", "migration.sql"), String(text.length)],
          ];
        }),
    );

  test.each([
    ["drizzle", "mysql", "ddl"],
    ["drizzle", "sqlite", "ddl"],
    ["mikro-orm", "postgresql", "tables"],
    ["mikro-orm", "mysql", "tables"],
    ["mikro-orm", "sqlite", "tables"],
  ])("%s on %s: a table of the project is in them afterwards", (orm, database, list) => {
    const texts = snapshotsOf(orm, database);
    const [first = "", second = ""] = Object.keys(texts)
      .filter((path) => path.endsWith(".sql"))
      .sort();
    const json = (path: string) => path.replace("migration.sql", "snapshot.json");
    const pick = (path: string): Texts => ({
      [path]: texts[path] ?? "",
      [json(path)]: texts[json(path)] ?? "",
    });
    const state = JSON.parse(texts[json(first)] ?? "");
    const own = {
      ...state,
      id: "all",
      [list]: [...state[list], { entityType: "tables", name: "projects" }],
    };
    const squashed = "migrations/20270101000000_all/migration.sql";
    const { files } = placing({ tool: orm.replace("-", ""), folder: "migrations" })(
      pick(first),
      pick(second),
      {
        [squashed]: "",
        [json(squashed)]: JSON.stringify(own),
      },
    );
    const [, placed = ""] = Object.values(files);
    const expected = JSON.parse(texts[json(second)] ?? "")[list];
    const merged: readonly object[] = JSON.parse(placed)[list];
    expect(merged).toHaveLength(expected.length + 1);
    expect(merged).toEqual(expect.arrayContaining(expected));
  });
});

test("a tool that nobody reads is a mistake of ours", () => {
  expect(() => isMigration({ tool: "toString", folder: "migrations" }, "", "")).toThrow(
    "no reader",
  );
});
