import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { type PlacedMigration, placeMigrations } from "../../src/life/migrations/place.ts";
import { app, install, missingPython } from "./fastapi.ts";
import { makeProject } from "./project.ts";
import { missingServer, openDatabase } from "./servers.ts";

type Tool = {
  /** Has the tool write a migration that does nothing. */
  readonly write: (name: string) => string;
  /** Makes a table in it. */
  readonly fill: (text: string, name: string) => string;
  /** A migration of ours that makes a table, behind another one. */
  readonly ours: (id: string, name: string, parent: string) => string;
  readonly down: string;
  /** Lists the newest, a line for each. */
  readonly heads: string;
};

const COLUMNS = 'sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id")';
const createModel = (name: string) => `ops.CreateModel(
            name="${name}",
            options={"table": "${name}", "app": "app", "pk_attr": "id"},
            fields=[("id", fields.IntField(primary_key=True))],
        ),`;

const tools: Readonly<Record<string, Tool>> = {
  sqlalchemy: {
    write: (name) => `alembic revision -m ${name}`,
    fill: (text, name) =>
      text
        .replace("pass\n", `op.create_table("${name}", ${COLUMNS})\n`)
        .replace("pass\n", `op.drop_table("${name}")\n`),
    ours: (id, name, parent) => `"""Ours."""

import sqlalchemy as sa
from alembic import op

revision = "${id}"
down_revision = "${parent.slice(0, 4)}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("${name}", ${COLUMNS})


def downgrade() -> None:
    op.drop_table("${name}")
`,
    down: "alembic downgrade base",
    heads: "alembic heads",
  },
  tortoise: {
    write: (name) => `tortoise makemigrations --empty --name ${name} app`,
    fill: (text, name) =>
      text
        .replace("from tortoise import migrations", "from tortoise import fields, migrations")
        .replace(/operations = \[\s*\]/, `operations = [${createModel(name)}]`),
    ours: (_, name, parent) => `"""Ours."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("app", "${parent}")]

    operations = [
        ${createModel(name)}
    ]
`,
    down: "tortoise downgrade app",
    heads: "tortoise heads | grep app.0",
  },
};

const script = resolve("test/rendered/schema.py");
const pairs = Object.keys(tools).flatMap((orm) =>
  ["sqlite", "postgresql"].map((database) => [orm, database]),
);

test.concurrent.each(pairs)(
  "%s on %s: migrations of two updates go behind those of the team",
  async (orm = "", database = "") => {
    const missing = (await missingPython()) ?? (await missingServer({ database }));
    if (missing !== undefined) throw new Error(missing);
    const tool = tools[orm];
    if (tool === undefined) throw new Error(`no tool for orm=${orm}`);
    const project = makeProject({ orm, database, auth: "jwt" });
    const { folder, planned } = project;
    await install(project);
    const environment = join(folder, ".venv");
    const real = await openDatabase(project);
    const variables = {
      DATABASE_URL: real.url,
      ADMIN_PASSWORD: randomBytes(18).toString("base64url"),
      PATH: [join(environment, "bin"), process.env.PATH].join(delimiter),
    };
    const shell = (text: string) => project.run("sh", ["-ec", text], { variables });
    const migrate = () => project.run(...app(project, "migrate"), { variables });
    const sql = (statement: string) =>
      project.run(join(environment, "bin/python"), [script, "run", real.url, statement]);
    const { migrations } = planned;
    if (migrations === undefined) throw new Error("no migrations");
    const files = (): ReadonlyMap<string, string> =>
      new Map(
        readdirSync(join(folder, migrations.folder))
          .filter((name) => name.endsWith(".py"))
          .map((name) => {
            const path = `${migrations.folder}/${name}`;
            return [path, readFileSync(join(folder, path), "utf8")];
          }),
      );
    /** The team's own, written by its tool. */
    const teams = async (name: string): Promise<void> => {
      const before = files();
      await shell(tool.write(name));
      for (const [path, text] of files()) {
        if (before.has(path)) continue;
        writeFileSync(join(folder, path), tool.fill(text, name));
      }
    };
    const rendered = new Map(files());
    let earlier: readonly PlacedMigration[] = [];
    /** A version that brings more of ours. */
    const update = (...names: readonly (readonly [string, string, string])[]): void => {
      const before = new Set(rendered.keys());
      for (const [id, name, parent] of names) {
        rendered.set(`${migrations.folder}/${id}_${name}.py`, tool.ours(id, name, parent));
      }
      const found = placeMigrations(migrations, { before, now: rendered, own: files(), earlier });
      earlier = found.placed;
      const moved = new Set(earlier.map(({ from }) => from));
      const asTheyAre = [...rendered].filter(([path]) => !before.has(path) && !moved.has(path));
      for (const [path, text] of [...asTheyAre, ...found.files]) {
        writeFileSync(join(folder, path), text, { flag: "wx" });
      }
      const again = new Set(rendered.keys());
      const nothing = placeMigrations(migrations, {
        before: again,
        now: rendered,
        own: files(),
        earlier,
      });
      expect([nothing.files.size, nothing.added]).toEqual([0, []]);
    };
    try {
      await migrate();
      await project.run(...app(project, "create-admin", "--email", "ada@example.com"), {
        variables,
      });
      await teams("boards");
      await migrate();
      await sql("INSERT INTO boards (id) VALUES (7)");

      update(["0004", "marks", "0003_credentials"], ["0005", "labels", "0004_marks"]);
      await migrate();
      await sql("INSERT INTO labels (id) VALUES (8)");
      await teams("cards");
      await migrate();
      await sql("INSERT INTO cards (id) VALUES (9)");

      update(["0006", "colours", "0005_labels"]);
      await migrate();
      const kept = ["users", "boards", "labels", "cards"];
      for (const table of kept) expect(await sql(`SELECT count(*) FROM ${table}`)).toBe("[1]");
      for (const table of ["marks", "colours"]) {
        expect(await sql(`SELECT count(*) FROM ${table}`)).toBe("[0]");
      }
      expect((await shell(tool.heads)).trim().split("\n")).toHaveLength(1);

      await shell(tool.down);
      await migrate();
      expect(await sql("SELECT count(*) FROM colours")).toBe("[0]");
    } finally {
      await real.remove();
      project.remove();
    }
  },
);
