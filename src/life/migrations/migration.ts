/** A file beside a migration, with which its tool continues. */
export type Snapshot = { readonly path: string; readonly text: string };

/** A migration as its tool reads it. */
export type Migration = {
  /** In the project. */
  readonly path: string;
  readonly text: string;
  /** The name by which other migrations refer to it. */
  readonly id: string;
  /** Those that come right before it. */
  readonly parents: readonly string[];
  readonly snapshot?: Snapshot;
};

/** Migrations of a new version, and those that a project has. */
export type Sides = {
  /** What is new, as it was rendered; none comes before one that it needs. */
  readonly added: readonly Migration[];
  readonly own: readonly Migration[];
  /** All of ours, as they are rendered now. */
  readonly rendered: readonly Migration[];
  /** Names as they were rendered, and as they are in the project, where an update changed them. */
  readonly names: ReadonlyMap<string, string>;
};

/** Where migrations of a new version go in a project. */
export type Places = {
  /** As they are in the project, in the order of `added`. */
  readonly placed: readonly Migration[];
  /** What has to be added so that one of all migrations is the last. */
  readonly merge?: Migration;
};

/** Reads and writes the migrations of one tool. */
export type MigrationTool = {
  /** How many names the path of a migration has below the folder of all. */
  readonly depth: number;
  /**
   * Undefined: the file is no migration.
   * @param texts all files of its side, by path
   */
  readonly read: (
    path: string,
    text: string,
    texts: ReadonlyMap<string, string>,
  ) => Migration | undefined;
  readonly place: (sides: Sides) => Places;
};

/** The names of those that no other one needs. */
export const headsOf = (migrations: readonly Migration[]): readonly string[] => {
  const needed = new Set(migrations.flatMap(({ parents }) => parents));
  return migrations.map(({ id }) => id).filter((id) => !needed.has(id));
};

/** The same migrations, none before one that it needs. */
export const inOrder = (migrations: readonly Migration[]): readonly Migration[] => {
  const left = migrations.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const sorted: Migration[] = [];
  while (left.length > 0) {
    const open = new Set(left.map(({ id }) => id));
    const free = left.findIndex(({ parents }) => !parents.some((parent) => open.has(parent)));
    // In a circle, each is as good as the other: its tool will say so.
    sorted.push(...left.splice(Math.max(free, 0), 1));
  }
  return sorted;
};

/** The number that a name begins with, as in 0004_projects. */
export const numberOf = (id: string): number => {
  const [digits = "0"] = /^\d{1,9}(?=_|$)/.exec(id) ?? [];
  return Number(digits);
};

/** The name with the number that follows those of others. */
export const nextId = (id: string, others: readonly Migration[]): string => {
  const next = Math.max(0, ...others.map((other) => numberOf(other.id))) + 1;
  return `${String(next).padStart(4, "0")}${id.replace(/^\d+/, "")}`;
};
