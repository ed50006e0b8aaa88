import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { describe, expect, test, vi } from "vitest";
import { carryOut } from "../../src/system/renewal/update-project.ts";
import { type Files, prepared } from "./engine.ts";
import { commit, git, makeProject, read, snapshot, undo, update, useProjects } from "./project.ts";

// Each starts many programs.
vi.setConfig({ testTimeout: 120_000 });

useProjects();

const CASES = Number(process.env.LIFE_CASES ?? 12);
const FIRST = Number(process.env.LIFE_FIRST ?? 1);

/** The same numbers for the same seed (mulberry32). */
const randomOf = (seed: number) => {
  let state = seed * 0x9e3779b9;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error("there is nothing to pick");
    return item;
  };
  return { below, pick };
};

type Random = ReturnType<typeof randomOf>;

const FOLDERS = ["", "app/", "app/notes/", "tests/", "app/users/"];

/** Lines of which each is somebody's: no two are the same. */
class Author {
  readonly #word: string;
  #count = 0;
  constructor(word: string) {
    this.#word = word;
  }
  line(): string {
    this.#count += 1;
    return `${this.#word} ${this.#count}`;
  }
  lines(count: number): string[] {
    return Array.from({ length: count }, () => this.line());
  }
}

const editLines = (text: string, author: Author, { below }: Random): string => {
  const lines = text.split("\n");
  for (let times = 1 + below(3); times > 0; times--) {
    const at = below(lines.length);
    const cut = below(3);
    lines.splice(at, cut, ...author.lines(cut === 0 ? 1 + below(2) : below(3)));
  }
  return lines.join("\n");
};

/** What a version of the templates makes of the one before. */
const nextFiles = (files: Files, random: Random): Files => {
  const author = new Author("ours");
  const next: Record<string, string> = { ...files };
  for (const [path, text] of Object.entries(files)) {
    const what = random.below(12);
    if (what < 5) next[path] = editLines(text, author, random);
    if (what === 5) delete next[path];
    if (what === 6) {
      delete next[path];
      const name = `moved${random.below(1000)}.py`;
      next[`${random.pick(FOLDERS)}${name}`] =
        random.below(2) === 0 ? text : editLines(text, author, random);
    }
  }
  for (let count = random.below(3); count > 0; count--) {
    const path = `${random.pick(FOLDERS)}f${random.below(30)}.py`;
    next[path] ??= author.lines(1 + random.below(10)).join("\n");
  }
  return next;
};

const place = (folder: string, path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

const move = (folder: string, from: string, to: string) => {
  if (existsSync(join(folder, to)) || to.startsWith(`${from}/`)) return;
  mkdirSync(dirname(join(folder, to)), { recursive: true });
  renameSync(join(folder, from), join(folder, to));
};

const workOn = (folder: string, path: string, author: Author, random: Random): void => {
  const what = random.below(16);
  const text = read(folder, path);
  if (what < 5) place(folder, path, editLines(text, author, random));
  if (what === 5) rmSync(join(folder, path));
  if (what === 6) move(folder, path, `${random.pick(FOLDERS)}renamed${random.below(1000)}.py`);
  if (what === 7) place(folder, path, text.replaceAll("\n", "\r\n"));
  if (what === 8) chmodSync(join(folder, path), 0o755);
  if (what === 9) place(folder, path, text.replaceAll(/^/gm, "  "));
  if (what === 10) place(folder, path, author.lines(3).join("\n"));
};

/** What a team makes of a project. */
const work = (folder: string, files: Files, random: Random): void => {
  const author = new Author("mine");
  for (const path of Object.keys(files)) workOn(folder, path, author, random);
  for (let count = random.below(4); count > 0; count--) {
    const path = `${random.pick(FOLDERS)}f${random.below(30)}.py`;
    if (!existsSync(join(folder, path))) place(folder, path, author.lines(4).join("\n"));
  }
  if (random.below(4) === 0 && existsSync(join(folder, "app"))) move(folder, "app", "src/app");
  if (random.below(6) === 0) place(folder, ".gitattributes", "* text=auto\n");
};

/** Every line of the files below a folder, whatever its indent and its end. */
const linesIn = (folder: string): ReadonlySet<string> =>
  new Set(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes(".git"))
      .flatMap((entry) => read(entry.parentPath, entry.name).split(/\r?\n/))
      .map((line) => line.trim()),
  );

const firstFiles = (random: Random): Files => {
  const author = new Author("base");
  const files: Record<string, string> = {};
  for (let count = 4 + random.below(6); count > 0; count--) {
    const text = author.lines(3 + random.below(25)).join("\n");
    files[`${random.pick(FOLDERS)}f${random.below(20)}.py`] =
      random.below(4) === 0 ? text : `${text}\n`;
  }
  return files;
};

const seeds = Array.from({ length: CASES }, (_, index) => FIRST + index);

describe("whatever a team and a new version have done", () => {
  test.each(seeds)("no line of the team's is lost, and undo is exact: %i", async (seed) => {
    const random = randomOf(seed);
    const then = firstFiles(random);
    const folder = makeProject(then);
    work(folder, then, random);
    commit(folder);
    const now = nextFiles(then, random);
    const before = snapshot(folder);
    const mine = [...linesIn(folder)].filter((line) => line.startsWith("mine"));
    const index = git(folder, "ls-files", "--stage");

    const wanted = await prepared(folder, now);
    await carryOut(wanted);
    wanted.store.remove();
    const after = snapshot(folder);
    const lines = linesIn(folder);
    expect(mine.filter((line) => !lines.has(line))).toEqual([]);

    // What we have written is there, but where it was left out, and that was said.
    const out = new Set(["deleted-by-you", "left-alone", "conflict"]);
    const said = wanted.files.filter(({ state }) => out.has(state));
    const excepted = new Set(said.flatMap(({ path, from }) => [path, from]));
    const ours = Object.entries(now)
      .filter(([path]) => !excepted.has(path))
      .flatMap(([, text]) => text.split("\n").filter((line) => line.startsWith("ours")));
    expect(ours.filter((line) => !lines.has(line))).toEqual([]);

    await undo(folder);
    expect(snapshot(folder)).toEqual(before);
    expect(git(folder, "ls-files", "--stage")).toBe(index);

    await update(folder, now);
    expect(snapshot(folder)).toEqual(after);
    commit(folder);
    expect((await prepared(folder, now)).staged).toEqual([]);
  });
});
