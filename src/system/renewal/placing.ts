import { placeMigrations } from "../../life/migrations/place.ts";
import { isFile, type Tree } from "../../life/tree.ts";
import type { Migrations } from "../../plan/manifest.ts";
import type { ProjectRecord } from "../../project/parse-record.ts";
import type { RenderedFile } from "../../render/types.ts";
import type { ObjectStore } from "../git/objects.ts";

/** What a new version brings, with its migrations where they go in a project. */
export type Placing = {
  /** What is recorded as it was rendered. */
  readonly files: readonly RenderedFile[];
  /** Migrations that are other than they were rendered: from now on they are the project's own. */
  readonly beside: readonly RenderedFile[];
  /** For the record: where migrations are, by where they were rendered. */
  readonly placed: Pick<ProjectRecord, "placed">;
  /** Migrations that are new, in the order in which they are applied. */
  readonly added: readonly string[];
};

/** Puts the migrations that are new behind those of the project. */
export async function placeNew(
  store: ObjectStore,
  record: ProjectRecord,
  files: readonly RenderedFile[],
  yours: Tree,
  migrations: Migrations | undefined,
): Promise<Placing> {
  const { placed: before = {} } = record;
  if (migrations === undefined) return { files, beside: [], placed: placedIn(before), added: [] };
  const isInside = (path: string) => path.startsWith(`${migrations.folder}/`);
  const own = [...yours].filter(([path, entry]) => isInside(path) && isFile(entry));
  const contents = await store.read(own.map(([, { id }]) => id));
  const {
    files: texts,
    placed,
    added,
  } = placeMigrations(migrations, {
    before: new Set(Object.keys(record.files)),
    now: new Map(
      files
        .filter(({ path }) => isInside(path))
        .map(({ path, content }) => [path, textOf(content)]),
    ),
    own: new Map(own.map(([path, { id }]) => [path, textOf(contents.get(id) ?? Buffer.alloc(0))])),
    earlier: Object.entries(before).map(([from, to]) => ({ from, to })),
  });
  const moved = new Set(placed.map(({ from }) => from));
  return {
    files: files.filter(({ path }) => !moved.has(path)),
    beside: [...texts].map(([path, text]) => ({
      path,
      content: Buffer.from(text),
      executable: false,
    })),
    placed: placedIn(Object.fromEntries(placed.map(({ from, to }) => [from, to]))),
    added,
  };
}

const placedIn = (placed: Readonly<Record<string, string>>): Pick<ProjectRecord, "placed"> =>
  Object.keys(placed).length === 0 ? {} : { placed };

const textOf = (content: Uint8Array): string => Buffer.from(content).toString("utf8");
