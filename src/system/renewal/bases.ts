import { unpacked } from "../../life/pristine.ts";
import { type Entry, isFile, modeOf, type Tree } from "../../life/tree.ts";
import type { ProjectRecord } from "../../project/parse-record.ts";
import { gitBlobHash } from "../../project/record.ts";
import type { RenderedFile } from "../../render/types.ts";
import type { ObjectStore } from "../git/objects.ts";

/** A way to files as they were rendered then. It is asked for those that no other way has found. */
export type BaseSource = (missing: readonly string[]) => Promise<readonly RenderedFile[]>;

type Known = {
  readonly yours: Tree;
  /** The modes of today, for records that do not say those of then. */
  readonly now: Tree;
  /** Hashes that the repository has. */
  readonly held: ReadonlySet<string>;
};

/** Each file as it was rendered then, as far as it can be found: by its hash, wherever it comes from. */
export async function findBases(
  store: ObjectStore,
  record: ProjectRecord,
  { yours, now, held }: Known,
  sources: readonly BaseSource[],
): Promise<Tree> {
  const unedited = await uneditedIn(store, record, yours);
  const idOf = (path: string, hash: string): string | undefined =>
    unedited.get(path) ?? (held.has(hash) ? hash : recorded(store, record, path, hash));
  const bases = new Map<string, Entry>();
  for (const [path, hash] of Object.entries(record.files)) {
    const id = idOf(path, hash);
    if (id !== undefined) bases.set(path, { mode: modeThen(record, path, now), id });
  }
  for (const source of sources) {
    const missing = Object.keys(record.files).filter((path) => !bases.has(path));
    if (missing.length === 0) break;
    for (const { path, content, executable } of await source(missing)) {
      if (bases.has(path) || record.files[path] !== gitBlobHash(content)) continue;
      bases.set(path, { mode: modeOf(executable), id: store.put("blob", content) });
    }
  }
  return bases;
}

const recorded = (
  store: ObjectStore,
  { pristine }: ProjectRecord,
  path: string,
  hash: string,
): string | undefined => {
  const text = pristine?.[path];
  const content = text === undefined ? undefined : unpacked(text, hash);
  return content === undefined ? undefined : store.put("blob", content);
};

/** A record without a seal does not say which files could be run. */
const modeThen = ({ executable, sha256 }: ProjectRecord, path: string, now: Tree): string =>
  sha256 === undefined
    ? (now.get(path)?.mode ?? modeOf(false))
    : modeOf(executable?.includes(path) === true);

/** Where git has other hashes than the record, what nobody has edited is found by its text. */
async function uneditedIn(
  store: ObjectStore,
  { files }: ProjectRecord,
  yours: Tree,
): Promise<ReadonlyMap<string, string>> {
  if (store.repository.format === "sha1") return new Map();
  const found = Object.keys(files).flatMap((path) => {
    const entry = yours.get(path);
    return entry !== undefined && isFile(entry) ? [{ path, id: entry.id }] : [];
  });
  const contents = await store.read(found.map(({ id }) => id));
  return new Map(
    found.flatMap(({ path, id }) => {
      const content = contents.get(id);
      return content !== undefined && gitBlobHash(content) === files[path] ? [[path, id]] : [];
    }),
  );
}
