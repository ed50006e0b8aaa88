import {
  headsOf,
  type Migration,
  type MigrationTool,
  nextId,
  numberOf,
  type Places,
  type Sides,
} from "../migration.ts";

const CLASS = /^class Migration\b/m;
const DEPENDENCIES = /^( +)dependencies(?:\s*:[^=\n]+)?\s*=\s*\[([^\]]*)\]/m;
const DEPENDENCY = /\(\s*(["'])([^"'\n]+)\1\s*,\s*(["'])([^"'\n]+)\3\s*,?\s*\)/g;

type Dependency = { readonly app: string; readonly name: string };

const dependenciesIn = (text: string): readonly Dependency[] => {
  const [, , list = ""] = DEPENDENCIES.exec(text) ?? [];
  return [...list.matchAll(DEPENDENCY)].map(([, , app = "", , name = ""]) => ({ app, name }));
};

const NAME = /^(?:.*\/)?([^/_~.][^/.]*)\.py$/;

const read = (path: string, text: string): Migration | undefined => {
  const [, id] = NAME.exec(path) ?? [];
  if (id === undefined || !CLASS.test(text)) return undefined;
  return { path, text, id, parents: parentsIn(text) };
};

/** Those of the same app, which all migrations of a folder are of. */
const parentsIn = (text: string): readonly string[] => {
  const all = dependenciesIn(text);
  return all.filter(({ app }) => app === all[0]?.app).map(({ name }) => name);
};

/** Ruff's, by which a longer line would be broken. */
const LINE = 100;

const written = (indent: string, dependencies: readonly Dependency[]): string => {
  const pairs = dependencies.map(
    (one) => `(${JSON.stringify(one.app)}, ${JSON.stringify(one.name)})`,
  );
  const line = `${indent}dependencies = [${pairs.join(", ")}]`;
  if (line.length <= LINE) return line;
  const lines = pairs.map((pair) => `${indent}    ${pair},\n`);
  return `${indent}dependencies = [\n${lines.join("")}${indent}]`;
};

const rewritten = (migration: Migration, id: string, parents: readonly string[]): Migration => {
  const before = dependenciesIn(migration.text);
  const app = before[0]?.app ?? "";
  const dependencies = [
    ...parents.map((name) => ({ app, name })),
    ...before.filter((dependency) => dependency.app !== app),
  ];
  const text = migration.text.replace(DEPENDENCIES, (_, indent: string) =>
    written(indent, dependencies),
  );
  const path = migration.path.replace(/[^/]*$/, `${id}.py`);
  return { path, text, id, parents };
};

/** Puts what is not behind the project's newest migration there, with the number that follows. */
const place = ({ added, own, names }: Sides): Places => {
  const renamed = new Map(names);
  const known = [...own];
  const placed = added.map((migration) => {
    const newest = headsOf(known);
    const parents = migration.parents.map((parent) => renamed.get(parent) ?? parent);
    const isBehind = newest.every((id) => parents.includes(id));
    const next = nextId(migration.id, known);
    const isNext = numberOf(migration.id) >= numberOf(next);
    const id = isBehind && isNext ? migration.id : next;
    const isSame = id === migration.id && parents.join() === migration.parents.join();
    renamed.set(migration.id, id);
    const there = isSame ? migration : rewritten(migration, id, isBehind ? parents : newest);
    known.push(there);
    return there;
  });
  return { placed };
};

/** Tortoise's own migrations: files are numbered, and name those before them by file. */
export const tortoise: MigrationTool = { depth: 1, read, place };
