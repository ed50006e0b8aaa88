/** A tree in a few lines: each folder with how many files are below it, then the files beside. */
export const brief = (paths: readonly string[]): readonly string[] => {
  const folders = new Map<string, number>();
  const files: string[] = [];
  for (const path of paths) {
    const [top = "", ...rest] = path.split("/");
    if (rest.length === 0) files.push(top);
    else folders.set(top, (folders.get(top) ?? 0) + 1);
  }
  const width = Math.max(...[...folders.keys()].map((name) => name.length), 0) + 1;
  const digits = Math.max(...[...folders.values()].map((count) => String(count).length), 0);
  return [
    ...[...folders].map(
      ([name, count]) =>
        `${`${name}/`.padEnd(width)}  ${String(count).padStart(digits)} ${count === 1 ? "file" : "files"}`,
    ),
    ...files,
  ];
};
