import { isCrlf, toCrlf } from "../../life/line-endings.ts";
import { type FileOutcome, outcomesOf } from "../../life/outcome.ts";
import { packed } from "../../life/pristine.ts";
import { sidesOf } from "../../life/sides.ts";
import { type Entry, isFile, modeOf, parseTree, type Tree } from "../../life/tree.ts";
import { answersOf } from "../../options/schema.ts";
import type { ProjectOptions } from "../../options/types.ts";
import type { Migrations } from "../../plan/manifest.ts";
import type { FoundRecord, ProjectRecord } from "../../project/parse-record.ts";
import type { PresetMark } from "../../project/preset.ts";
import {
  executables,
  gitBlobHash,
  RECORD_PATH,
  recordedFiles,
  recordFile,
  sealedRecord,
} from "../../project/record.ts";
import type { RenderedFile } from "../../render/types.ts";
import { type Labels, mergeTrees, renamesBetween, type Stage } from "../git/merge.ts";
import type { ObjectStore } from "../git/objects.ts";
import { type BaseSource, findBases } from "./bases.ts";
import { type Placing, placeNew } from "./placing.ts";

/** What a project is to be made of from now on. */
export type Now = {
  readonly version: string;
  readonly options: ProjectOptions;
  readonly preset?: PresetMark | undefined;
  readonly fixes?: readonly string[] | undefined;
  /** As they are rendered, in memory. */
  readonly files: readonly RenderedFile[];
  /** Where migrations are among them. */
  readonly migrations?: Migrations | undefined;
  /** Some files alone, made from what they were then, in place of all: the rest stays as recorded. */
  readonly fix?: Fix | undefined;
};

export type Fix = {
  /** The files that it is made from. */
  readonly paths: readonly string[];
  /** @param then those of them of which it is known how they were rendered */
  readonly of: (then: readonly RenderedFile[]) => readonly RenderedFile[];
};

export type MergeInput = {
  readonly store: ObjectStore;
  readonly found: FoundRecord;
  readonly now: Now;
  /** Ways to the files of then, in the order in which they are gone. */
  readonly sources: readonly BaseSource[];
  readonly labels: Labels;
};

/** A file that is written or, where there is nothing after, deleted. */
export type Change = {
  readonly path: string;
  readonly before: Entry | undefined;
  readonly after: Entry | undefined;
};

export type ProjectMerge = {
  readonly files: readonly FileOutcome[];
  /** What is done to the work tree, the record too. */
  readonly changes: readonly Change[];
  readonly conflicts: ReadonlyMap<string, readonly Stage[]>;
  readonly record: ProjectRecord;
  /** The files as they were rendered then, as far as they could be found. */
  readonly base: Tree;
  /** Migrations that are new, in the order in which they are applied. */
  readonly migrations: readonly string[];
};

/** Merges what is rendered now, against what was rendered then, into what the team has made of it. */
export async function mergeProject(input: MergeInput): Promise<ProjectMerge> {
  const { store, found, now, sources, labels } = input;
  const record = scopeOf(found.record, now.fix);
  const yours = await yoursIn(store);
  const recorded = recordedFiles(await filesOf(input, record, yours));
  const placing = await placeNew(store, record, recorded, yours, now.migrations);
  const { files } = placing;
  const newHashes = new Map(files.map(({ path, content }) => [path, gitBlobHash(content)]));
  const held = await heldOf(store, record);
  const rendered = new Map(
    [...files, ...placing.beside].map(({ path, content, executable }): [string, Entry] => [
      path,
      { mode: modeOf(executable), id: store.put("blob", content) },
    ]),
  );
  const then = await findBases(store, record, { yours, now: rendered, held }, sources);
  const { base, current } = await withYourLines(store, then, rendered, yours);
  const yourRenames = await renamesBetween(store, base, yours);
  const ourRenames = await renamesBetween(store, base, current);
  const sides = sidesOf({
    recorded: Object.keys(record.files),
    base,
    now: current,
    yours,
    yourRenames,
    ourRenames,
  });
  const { tree, conflicts } = await mergeTrees(store, { ...sides, yours }, labels);
  const result = new Map(tree);
  const outcomes = outcomesOf({ sides, yours, result, conflicts, yourRenames, ourRenames });
  const next = nextRecord(input, placing, outcomes, (path, place) => {
    const entry = result.get(place);
    const hash = newHashes.get(path) ?? "";
    // That git has the text of a new version tells nothing: it may be left of another try.
    const isHeld = hash === record.files[path] && held.has(hash);
    return entry !== undefined && entry.id !== rendered.get(path)?.id && !isHeld;
  });
  const written = recordFile(next, found.found);
  if (next.sha256 !== found.record.sha256) {
    result.set(RECORD_PATH, { mode: modeOf(false), id: store.put("blob", written.content) });
  }
  return {
    files: outcomes,
    changes: changesBetween(yours, result),
    conflicts,
    record: next,
    base: then,
    migrations: placing.added,
  };
}

/** What a fix is about: the rest of the record has no part in it. */
const scopeOf = (record: ProjectRecord, fix: Fix | undefined): ProjectRecord =>
  fix === undefined
    ? record
    : {
        ...record,
        files: Object.fromEntries(
          Object.entries(record.files).filter(([path]) => fix.paths.includes(path)),
        ),
      };

/** The files as they are from now on. */
async function filesOf(
  { store, now, sources }: MergeInput,
  record: ProjectRecord,
  yours: Tree,
): Promise<readonly RenderedFile[]> {
  if (now.fix === undefined) return now.files;
  const held = await heldOf(store, record);
  const bases = await findBases(store, record, { yours, now: yours, held }, sources);
  const contents = await store.read([...bases.values()].map(({ id }) => id));
  const then = [...bases].map(([path, { mode, id }]) => ({
    path,
    content: contents.get(id) ?? Buffer.alloc(0),
    executable: mode === modeOf(true),
  }));
  return now.fix.of(then);
}

/** Hashes of the record that git can be asked for. */
const heldOf = async (
  store: ObjectStore,
  { files }: ProjectRecord,
): Promise<ReadonlySet<string>> =>
  store.repository.format === "sha1"
    ? store.known([...new Set(Object.values(files))])
    : new Set<string>();

/** What is committed of the project. */
async function yoursIn(store: ObjectStore): Promise<Tree> {
  return parseTree((await store.must(["ls-tree", "-r", "-z", store.repository.tree])).stdout);
}

/** Gives both sides of ours the line ends that the team's files have in git. */
async function withYourLines(
  store: ObjectStore,
  base: Tree,
  now: Tree,
  yours: Tree,
): Promise<{ readonly base: Tree; readonly current: Tree }> {
  const shared = [...base].flatMap(([path, { id }]) => {
    const own = yours.get(path);
    return own !== undefined && isFile(own) ? [{ path, id: own.id, isEdited: own.id !== id }] : [];
  });
  const edited = shared.filter(({ isEdited }) => isEdited);
  const texts = await store.read(edited.map(({ id }) => id));
  const windows = new Set(
    edited.filter(({ id }) => isCrlf(texts.get(id) ?? Buffer.alloc(0))).map(({ path }) => path),
  );
  if (windows.size === 0) return { base, current: now };
  const isMost = windows.size * 2 > shared.length;
  const isWindows = (path: string) => windows.has(path) || (isMost && !yours.has(path));
  const wanted = [base, now].flatMap((tree) => [...tree].filter(([path]) => isWindows(path)));
  const contents = await store.read(wanted.map(([, { id }]) => id));
  const converted = (tree: Tree): Tree =>
    new Map(
      [...tree].map(([path, { mode, id }]) => {
        const content = isWindows(path) ? contents.get(id) : undefined;
        return [path, { mode, id: content ? store.put("blob", toCrlf(content)) : id }];
      }),
    );
  return { base: converted(base), current: converted(now) };
}

/**
 * The record of the project from now on.
 * @param isLost whether no commit will hold a file as it is rendered now
 */
const nextRecord = (
  input: MergeInput,
  placing: Placing,
  outcomes: readonly FileOutcome[],
  isLost: IsLost,
): ProjectRecord => {
  const { found, now } = input;
  const { hashes, pristine } = recordedNow(input, placing, outcomes, isLost);
  if (now.fix !== undefined) return fixedRecord(found.record, now.fixes, hashes, pristine);
  return sealedRecord({
    version: now.version,
    ...(now.preset === undefined ? {} : { preset: now.preset }),
    options: answersOf(now.options),
    files: Object.fromEntries(hashes),
    ...executables(placing.files),
    ...placing.placed,
    ...(now.fixes === undefined || now.fixes.length === 0 ? {} : { fixes: now.fixes }),
    ...(pristine.size === 0 ? {} : { pristine: Object.fromEntries(pristine) }),
  });
};

type IsLost = (path: string, place: string) => boolean;

/** The hashes of files as they are rendered now, and the texts of those that nothing else keeps. */
const recordedNow = (
  { found: { record }, now }: MergeInput,
  { files }: Placing,
  outcomes: readonly FileOutcome[],
  isLost: IsLost,
): {
  readonly hashes: ReadonlyMap<string, string>;
  readonly pristine: ReadonlyMap<string, string>;
} => {
  const places = new Map(outcomes.map(({ path, from }) => [from ?? path, path]));
  const behind = new Set(outcomes.filter(({ why }) => why === "no-base").map(({ path }) => path));
  // No version renders what is fixed alone.
  const isOwn = (hash: string, old: string | undefined) => now.fix !== undefined && hash !== old;
  const textOf = (path: string, content: Uint8Array, hash: string): string | undefined => {
    const old = record.files[path];
    const kept = hash === old ? record.pristine?.[path] : undefined;
    if (kept !== undefined) return kept;
    return isOwn(hash, old) || isLost(path, places.get(path) ?? path) ? packed(content) : undefined;
  };
  const hashes = new Map<string, string>();
  const pristine = new Map<string, string>();
  for (const { path, content } of files) {
    const old = behind.has(path) ? record.files[path] : undefined;
    const hash = gitBlobHash(content);
    hashes.set(path, old ?? hash);
    const text = old === undefined ? textOf(path, content, hash) : undefined;
    if (text !== undefined) pristine.set(path, text);
  }
  return { hashes, pristine };
};

/** The record of a project in which only some files are others. */
const fixedRecord = (
  { sha256: _, fixes: _before, pristine: old = {}, files, ...record }: ProjectRecord,
  fixes: readonly string[] | undefined,
  hashes: ReadonlyMap<string, string>,
  texts: ReadonlyMap<string, string>,
): ProjectRecord => {
  const others = Object.entries(old).filter(([path]) => !hashes.has(path));
  const pristine = Object.fromEntries([...others, ...texts]);
  return sealedRecord({
    ...record,
    files: { ...files, ...Object.fromEntries(hashes) },
    ...(fixes === undefined ? {} : { fixes }),
    ...(Object.keys(pristine).length === 0 ? {} : { pristine }),
  });
};

const changesBetween = (yours: Tree, result: Tree): readonly Change[] =>
  [...new Set([...yours.keys(), ...result.keys()])].sort().flatMap((path) => {
    const before = yours.get(path);
    const after = result.get(path);
    return before?.id === after?.id && before?.mode === after?.mode
      ? []
      : [{ path, before, after }];
  });
