import { createHash } from "node:crypto";
import {
  headsOf,
  type Migration,
  type MigrationTool,
  nextId,
  type Places,
  type Sides,
} from "../migration.ts";

const REVISION = /^revision(?:\s*:[^=\n]+)?\s*=\s*(["'])([\w.-]+)\1/m;
const DOWN_REVISION =
  /^down_revision(?:\s*:[^=\n]+)?\s*=\s*(?:None|["'][\w.-]+["']|\([^)]*\)|\[[^\]]*\])/m;

const read = (path: string, text: string): Migration | undefined => {
  const [, , id] = REVISION.exec(text) ?? [];
  const [down] = DOWN_REVISION.exec(text) ?? [];
  if (!path.endsWith(".py") || id === undefined || down === undefined) return undefined;
  const value = down.slice(down.indexOf("="));
  const parents = [...value.matchAll(/(["'])([\w.-]+)\1/g)].map(([, , name = ""]) => name);
  return { path, text, id, parents };
};

const written = (parents: readonly string[]): string => {
  const names = parents.map((parent) => JSON.stringify(parent)).join(", ");
  return parents.length < 2 ? names || "None" : `(${names})`;
};

const freeId = (migration: Migration, known: readonly Migration[]): string => {
  const isTaken = known.some(({ id, path }) => id === migration.id || path === migration.path);
  return isTaken ? nextId("", known) : migration.id;
};

/** Files are called after their revision. */
const pathWith = ({ path, id: old }: Migration, id: string): string => {
  const cut = path.lastIndexOf("/") + 1;
  const name = path.slice(cut);
  const rest = name.startsWith(`${old}_`) ? name.slice(old.length + 1) : name;
  return id === old ? path : `${path.slice(0, cut)}${id}_${rest}`;
};

const rewritten = (migration: Migration, id: string, parents: readonly string[]): Migration => {
  const text = migration.text
    .replace(REVISION, (line) => line.replace(/(["'])[\w.-]+\1$/, () => JSON.stringify(id)))
    .replace(DOWN_REVISION, () => `down_revision = ${written(parents)}`);
  return { path: pathWith(migration, id), text, id, parents };
};

/**
 * Leaves revisions as they are wherever it can: they may be behind an older one than the project's
 * newest, and a merge brings both together, as `alembic merge` does.
 */
const place = ({ added, own, names }: Sides): Places => {
  const renamed = new Map(names);
  const known = [...own];
  const placed = added.map((migration) => {
    const id = freeId(migration, known);
    const parents = migration.parents.map((parent) => renamed.get(parent) ?? parent);
    const areKnown = parents.every((parent) => known.some((other) => other.id === parent));
    const behind = areKnown ? parents : headsOf(known);
    renamed.set(migration.id, id);
    const isSame = id === migration.id && behind.join() === migration.parents.join();
    const there = isSame ? migration : rewritten(migration, id, behind);
    known.push(there);
    return there;
  });
  const heads = headsOf(known);
  // A project with several newest revisions has branches on purpose, or will merge them itself.
  const isForked = headsOf(own).length === 1 && heads.length > 1;
  return isForked ? { placed, merge: mergeOf(heads, placed) } : { placed };
};

const mergeOf = (heads: readonly string[], [first]: readonly Migration[]): Migration => {
  const id = createHash("sha256").update(heads.join()).digest("hex").slice(0, 12);
  const folder = first?.path.replace(/[^/]*$/, "") ?? "";
  const text = `"""Both the migrations of the project and those of its update."""

revision = ${JSON.stringify(id)}
down_revision = ${written(heads)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
`;
  return { path: `${folder}${id}_merge.py`, text, id, parents: heads };
};

/** Alembic: files name themselves and those before them by revision. */
export const alembic: MigrationTool = { depth: 1, read, place };
