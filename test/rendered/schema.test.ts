import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { findUv } from "../../scripts/uv.ts";
import { app, install, missingPython } from "./fastapi.ts";
import { makeProject } from "./project.ts";
import { follow, resourceBlocks } from "./readme.ts";
import { missingServer, openDatabase } from "./servers.ts";

/** What a release of the team changes: in a file, a piece of text for another. */
type Edits = readonly (readonly [file: string, before: string, after: string])[];

type Orm = {
  /** The folder of migrations, and what goes back to one of them. */
  readonly migrations: string;
  readonly down: (migration: string) => string;
  readonly releases: Readonly<Record<string, Edits>>;
};

const PROJECTS = "app/projects/repository.py";
const MODELS = "app/database/models.py";
const STATUS = `

class Status(StrEnum):
    open = "open"
    closed = "closed"


class ProjectRow(`;
const GROWN: Edits = [
  [PROJECTS, '    closed = "closed"\n', '    closed = "closed"\n    archived = "archived"\n'],
];

const orms: Readonly<Record<string, Orm>> = {
  sqlalchemy: {
    migrations: "migrations/versions",
    down: (migration) => `uv run alembic downgrade ${migration.split("_")[0]}`,
    releases: {
      reviews: [
        [
          PROJECTS,
          "from datetime import datetime\n",
          "from datetime import datetime\nfrom enum import StrEnum\n",
        ],
        [PROJECTS, "import ForeignKey, Index,", "import Enum, ForeignKey, Index,"],
        [PROJECTS, "\n\nclass ProjectRow(", STATUS],
        [
          PROJECTS,
          "    name: Mapped[str] = mapped_column(String(200))\n",
          `    name: Mapped[str] = mapped_column(String(300))
    stars: Mapped[int | None]
    status: Mapped[Status | None] = mapped_column(Enum(Status, name="status"))
    reviewer_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
`,
        ],
        [MODELS, "mapped_column(String(50), index=True)", "mapped_column(String(80), index=True)"],
        [
          MODELS,
          "    subject_id: Mapped[UUID | None]\n",
          "    subject_id: Mapped[UUID | None] = mapped_column(index=True)\n",
        ],
      ],
      archive: [
        ...GROWN,
        [PROJECTS, "import Enum,", "import BigInteger, Enum,"],
        [
          PROJECTS,
          "    stars: Mapped[int | None]\n",
          "    stars: Mapped[int | None] = mapped_column(BigInteger, index=True)\n",
        ],
      ],
    },
  },
  tortoise: {
    migrations: "migrations",
    down: (migration) => `uv run tortoise downgrade app ${migration}`,
    releases: {
      reviews: [
        [
          PROJECTS,
          "from dataclasses import asdict\n",
          "from dataclasses import asdict\nfrom enum import StrEnum\n",
        ],
        [PROJECTS, "\n\nclass ProjectRow(", STATUS],
        [
          PROJECTS,
          "    name = ShortTextField(200)\n",
          `    name = ShortTextField(300)
    stars = fields.IntField(null=True)
    status = fields.CharEnumField(Status, max_length=10, null=True)
    reviewer: fields.ForeignKeyNullableRelation[UserRow] = fields.ForeignKeyField(
        "app.UserRow", related_name=False, on_delete=fields.SET_NULL, null=True, db_index=True
    )
`,
        ],
        [
          MODELS,
          "event = ShortTextField(50, db_index=True)",
          "event = ShortTextField(80, db_index=True)",
        ],
        [
          MODELS,
          "subject_id = fields.UUIDField(null=True)",
          "subject_id = fields.UUIDField(null=True, db_index=True)",
        ],
      ],
      archive: [
        ...GROWN,
        [
          PROJECTS,
          "stars = fields.IntField(null=True)",
          "stars = fields.BigIntField(null=True, db_index=True)",
        ],
      ],
    },
  },
};

const apply = (folder: string, edits: Edits): void => {
  for (const [file, before, after] of edits) {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    expect(text.split(before), `${file}: ${before}`).toHaveLength(2);
    writeFileSync(
      path,
      text.replace(before, () => after),
    );
  }
};

const script = resolve("test/rendered/schema.py");
const databases = ["sqlite", "postgresql", "mysql"];
const pairs = Object.keys(orms).flatMap((orm) => databases.map((database) => [orm, database]));

test.concurrent.each(pairs)(
  "%s on %s: a team changes its tables",
  async (orm = "", database = "") => {
    const missing = (await missingPython()) ?? (await missingServer({ database }));
    if (missing !== undefined) throw new Error(missing);
    const own = orms[orm];
    if (own === undefined) throw new Error(`no edits for orm=${orm}`);
    const project = makeProject({ orm, database, auth: "jwt" });
    const { folder } = project;
    await install(project);
    const environment = join(folder, ".venv");
    const uv = (await findUv()) ?? "uv";
    const [real, declared] = [await openDatabase(project), await openDatabase(project)];
    const variables = {
      DATABASE_URL: real.url,
      ADMIN_PASSWORD: randomBytes(18).toString("base64url"),
      PATH: [dirname(uv), process.env.PATH].join(delimiter),
      UV_NO_SYNC: "1",
    };
    const shell = (text: string) => project.run("sh", ["-ec", text], { variables });
    const python = (...args: string[]) =>
      project.run(join(environment, "bin/python"), [script, ...args], { variables });
    const sql = (statement: string) => python("run", real.url, statement);
    const newest = () =>
      readdirSync(join(folder, own.migrations)).filter((name) => /^[0-9a-f]+_.*py$/.test(name));
    try {
      const [first = ""] = newest().toSorted().toReversed();
      const blocks = resourceBlocks(folder);
      const at = blocks.findIndex(({ text }) => text.includes("app migrate"));
      await follow(folder, blocks.slice(0, at), shell);
      const [migrate = "", write = "", tidy = ""] = blocks[at]?.text.split("\n") ?? [];
      for (const command of [migrate, write, tidy, migrate]) await shell(command);
      await project.run(...app(project, "create-admin", "--email", "ada@example.com"), {
        variables,
      });
      await sql(
        "INSERT INTO projects (id, owner_id, name, created_at) SELECT id, id, 'Apollo', created_at FROM users",
      );
      for (const [name, edits] of Object.entries(own.releases)) {
        apply(folder, edits);
        await shell(write.replace("projects", name));
        await shell(migrate);
      }
      await sql(
        "UPDATE projects SET status = 'archived', reviewer_id = owner_id, stars = 3000000000",
      );
      expect(await python("compare", real.url, declared.url)).toMatch(/^\d\d$/);

      await sql("UPDATE projects SET status = 'open', stars = 3");
      await shell(own.down(first.replace(".py", "")));
      expect(await sql("SELECT count(*) FROM users")).toBe("[1]");
      await shell(migrate);
      expect(await sql("SELECT count(*) FROM audit_events")).toBe("[2]");
      await declared.remove();
      const again = await openDatabase(project);
      expect(await python("compare", real.url, again.url)).toMatch(/^\d\d$/);
      await again.remove();
    } finally {
      await real.remove();
      project.remove();
    }
  },
);
