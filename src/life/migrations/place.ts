import type { Migrations } from "../../plan/manifest.ts";
import { inOrder, type Migration, type MigrationTool, type Snapshot } from "./migration.ts";
import { migrationTool } from "./tools/tools.ts";

/** Texts by path. Only those in the folder of migrations are looked at. */
type Texts = ReadonlyMap<string, string>;

export type PlacedMigration = {
  /** As it was rendered. */
  readonly from: string;
  /** As it is in the project. */
  readonly to: string;
};

export type PlacedMigrations = {
  /** What is new and other than it was rendered, as it is in the project; a merge among them. */
  readonly files: Texts;
  /** Each migration of ours that is not where it was rendered, those of earlier updates included. */
  readonly placed: readonly PlacedMigration[];
  /** What is new, by path in the project, in the order in which it is applied. */
  readonly added: readonly string[];
};

/**
 * Puts the migrations that a new version brings behind those of the project.
 * @param before paths of the files as they were rendered, then
 * @param now files as they are rendered now
 * @param own files of the project
 * @param earlier what earlier updates have placed
 */
export const placeMigrations = (
  migrations: Migrations,
  {
    before,
    now,
    own,
    earlier = [],
  }: {
    readonly before: ReadonlySet<string>;
    readonly now: Texts;
    readonly own: Texts;
    readonly earlier?: readonly PlacedMigration[];
  },
): PlacedMigrations => {
  const tool = migrationTool(migrations.tool);
  const ours = read(tool, migrations, now);
  const theirs = read(tool, migrations, own);
  const places = new Map(earlier.map(({ from, to }) => [from, to]));
  const added = ours.filter(
    ({ path, text }) => !before.has(path) && !places.has(path) && own.get(path) !== text,
  );
  // A project without any has moved them, or does without: what is new goes where it was rendered.
  if (added.length === 0 || theirs.length === 0) {
    return { files: new Map(), placed: earlier, added: added.map(({ path }) => path) };
  }
  const sorted = inOrder(added);
  const { placed, merge } = tool.place({
    added: sorted,
    own: theirs,
    rendered: ours,
    names: new Map(namesOf(ours, theirs, places)),
  });
  const moves = sorted.flatMap((from, index) => {
    const to = placed[index];
    return to === undefined || to === from ? [] : [{ from, to }];
  });
  const all = merge === undefined ? placed : [...placed, merge];
  return {
    files: new Map(
      [...moves.map(({ to }) => to), ...(merge === undefined ? [] : [merge])]
        .flatMap(filesOf)
        .map(({ path, text }) => [path, text]),
    ),
    placed: [...earlier, ...moves.flatMap(({ from, to }) => movedFiles(from, to))],
    added: all.map(({ path }) => path),
  };
};

const filesOf = (migration: Migration): readonly Snapshot[] => [
  migration,
  ...(migration.snapshot === undefined ? [] : [migration.snapshot]),
];

const movedFiles = (from: Migration, to: Migration): readonly PlacedMigration[] => {
  const places = filesOf(to);
  return filesOf(from).flatMap(({ path }, index) => {
    const there = places[index];
    return there === undefined ? [] : [{ from: path, to: there.path }];
  });
};

/** Whether a file is a migration of a project. */
export const isMigration = (migrations: Migrations, path: string, text: string): boolean =>
  read(migrationTool(migrations.tool), migrations, new Map([[path, text]])).length > 0;

const read = (tool: MigrationTool, { folder }: Migrations, texts: Texts): readonly Migration[] =>
  [...texts].flatMap(([path, text]) => {
    const name = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
    const isInside = name !== undefined && name.split("/").length === tool.depth;
    return (isInside ? tool.read(path, text, texts) : undefined) ?? [];
  });

/** The names of migrations that an earlier update has placed: as rendered, as in the project. */
const namesOf = (
  ours: readonly Migration[],
  theirs: readonly Migration[],
  places: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] =>
  ours.flatMap(({ path, id }) => {
    const there = theirs.find((migration) => migration.path === places.get(path));
    return there === undefined ? [] : [[id, there.id]];
  });
