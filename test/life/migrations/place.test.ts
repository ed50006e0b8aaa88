import { describe, expect, test } from "vitest";
import { isMigration, placeMigrations } from "../../../src/life/migrations/place.ts";
import { alembic } from "../../../src/life/migrations/tools/alembic.ts";

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
    expect(alembic.read(at("f00"), text)).toMatchObject({ id: "f00", parents });
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

test("a tool that nobody reads is a mistake of ours", () => {
  expect(() => isMigration({ tool: "toString", folder: "migrations" }, "", "")).toThrow(
    "no reader",
  );
});
