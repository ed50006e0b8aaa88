/** What git keeps of a file: its mode in six digits, and the id of its content. */
export type Entry = { readonly mode: string; readonly id: string };

/** The files of a folder, by path. */
export type Tree = ReadonlyMap<string, Entry>;

/** The mode of a file. */
export const modeOf = (executable: boolean): string => (executable ? "100755" : "100644");

/** Whether it is a file, as opposed to a link or a repository of its own. */
export const isFile = ({ mode }: Entry): boolean => mode.startsWith("100");

/** The folders that a path lies in, from the outside in. */
export const foldersAbove = (path: string): readonly string[] =>
  path
    .split("/")
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join("/"));

/** A folder with its folders, as git keeps it. */
export type Folder = {
  readonly entries: Map<string, Entry>;
  readonly folders: Map<string, Folder>;
};

const folder = (): Folder => ({ entries: new Map(), folders: new Map() });

/** The folders that paths lie in. */
export const foldersOf = (tree: Tree): Folder => {
  const root = folder();
  for (const [path, entry] of tree) {
    const names = path.split("/");
    const name = names.pop() ?? "";
    let place = root;
    for (const part of names) {
      const next = place.folders.get(part) ?? folder();
      place.folders.set(part, next);
      place = next;
    }
    place.entries.set(name, entry);
  }
  return root;
};

const FOLDER_MODE = "40000";

/** A tree object of git: its entries in git's order, in which a folder's name ends with a slash. */
export const treeObject = (
  entries: ReadonlyMap<string, Entry>,
  folders: ReadonlyMap<string, string>,
): Buffer => {
  const all = [
    ...[...entries].map(([name, entry]) => ({ name, key: Buffer.from(name), ...entry })),
    ...[...folders].map(([name, id]) => ({
      name,
      key: Buffer.from(`${name}/`),
      mode: FOLDER_MODE,
      id,
    })),
  ];
  return Buffer.concat(
    all
      .toSorted((left, right) => Buffer.compare(left.key, right.key))
      .map(({ name, mode, id }) =>
        Buffer.concat([
          Buffer.from(`${mode.replace(/^0+/, "")} ${name}\0`),
          Buffer.from(id, "hex"),
        ]),
      ),
  );
};

/** Reads what `git ls-tree -r -z` prints. */
export const parseTree = (printed: string): Tree => {
  const tree = new Map<string, Entry>();
  for (const line of printed.split("\0")) {
    const [, mode, id, path] = /^(\d{6}) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    if (mode !== undefined && id !== undefined && path !== undefined) tree.set(path, { mode, id });
  }
  return tree;
};
