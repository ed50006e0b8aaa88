import type { Options } from "./reader.ts";

/** Files that configure pytest, those first that win over the others, with the section that does. */
const PLACES: readonly (readonly [file: string, section: RegExp, always: boolean])[] = [
  ["pytest.toml", /^\[pytest\]/m, true],
  [".pytest.toml", /^\[pytest\]/m, true],
  ["pytest.ini", /^\[pytest\]/m, true],
  [".pytest.ini", /^\[pytest\]/m, true],
  ["pyproject.toml", /^\[tool\.pytest(?:\.ini_options)?\]/m, false],
  ["tox.ini", /^\[pytest\]/m, false],
  ["setup.cfg", /^\[tool:pytest\]/m, false],
];

/** The options of pytest that decide which tests are run. */
export const pytestOptions = (files: ReadonlyMap<string, string>): Options => {
  for (const [file, section, always] of PLACES) {
    const text = files.get(file);
    const found = text === undefined ? null : section.exec(text);
    if (text === undefined || (found === null && !always)) continue;
    const below = found === null ? "" : text.slice(found.index + found[0].length);
    const [body = ""] = below.split(/^\[/m);
    return { file, values: valuesOf(body) };
  }
  return { file: "", values: new Map() };
};

/** The words of each option. */
const valuesOf = (body: string): ReadonlyMap<string, readonly string[]> => {
  const values = new Map<string, readonly string[]>();
  for (const [, name = "", value = ""] of body.matchAll(
    /^([a-z_]+)[ \t]*=[ \t]*((?:.*)(?:\n(?![a-z_]+[ \t]*=|\[).*)*)/gm,
  )) {
    values.set(name, wordsOf(value.replace(/^\s*#.*$/gm, "")));
  }
  return values;
};

const wordsOf = (value: string): readonly string[] => {
  const trimmed = value.trim();
  if (trimmed.startsWith("[")) {
    return [...trimmed.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g)].map(([, a, b]) => a ?? b ?? "");
  }
  const [, , quoted] = /^("""|'''|"|')([\s\S]*)\1/.exec(trimmed) ?? [];
  const text = (quoted ?? trimmed).replaceAll('\\"', '"');
  return [...text.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/["']/g, ""),
  );
};

const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  python_files: ["test_*.py", "*_test.py"],
  python_functions: ["test"],
  python_classes: ["Test"],
  norecursedirs: [],
  testpaths: [],
};

/** What keeps a test from being run, in words; undefined when nothing does. */
export const deselectedBy = (
  { file, values }: Options,
  path: string,
  names: readonly string[],
  marks: ReadonlySet<string>,
): string | undefined => {
  const listed = (option: string) => values.get(option) ?? DEFAULTS[option] ?? [];
  const [name = ""] = names.slice(-1);
  const segments = path.split("/");
  const base = segments.at(-1) ?? "";
  const by = (option: string): string => `is deselected by ${option} in ${file}`;
  const paths = listed("testpaths");
  if (paths.length > 0 && !paths.some((one) => one === "." || isWithin(path, one)))
    return by("testpaths");
  if (!listed("python_files").some((pattern) => globbed(pattern, base))) return by("python_files");
  const isNamed = listed("python_functions").some(
    (one) => name.startsWith(one) || globbed(one, name),
  );
  if (!isNamed) return by("python_functions");
  if (
    segments
      .slice(0, -1)
      .some((folder) => listed("norecursedirs").some((one) => globbed(one, folder)))
  ) {
    return by("norecursedirs");
  }
  const option = optionsOf(listed("addopts")).find(([flag, value]) =>
    leavesOut(flag, value, path, names, marks),
  );
  return option === undefined ? undefined : by(option.join(" "));
};

const TAKES = /^(?:-k|-m|--deselect|--ignore|--ignore-glob)$/;

/** The words of a command line as flags with their values. */
const optionsOf = (words: readonly string[]): readonly (readonly [flag: string, value: string])[] =>
  words.flatMap((word, index): readonly (readonly [string, string])[] => {
    const [, flag, value] = /^(--[\w-]+)=([\s\S]*)$/.exec(word) ?? /^(-[km])(.+)$/.exec(word) ?? [];
    if (flag !== undefined) return [[flag, value ?? ""]];
    if (TAKES.test(word)) return [[word, words[index + 1] ?? ""]];
    return word.startsWith("-") ? [[word, ""]] : [];
  });

const leavesOut = (
  flag: string,
  value: string,
  path: string,
  names: readonly string[],
  marks: ReadonlySet<string>,
): boolean => {
  const id = [path, ...names].join("::");
  if (flag === "-m") return !holds(value, (word) => marks.has(word));
  if (flag === "-k") {
    const words = [...path.split("/"), ...names, ...marks].map((word) => word.toLowerCase());
    return !holds(value, (word) => words.some((one) => one.includes(word.toLowerCase())));
  }
  if (flag === "--deselect") return id.startsWith(value);
  if (flag === "--ignore") return isWithin(path, value);
  if (flag === "--ignore-glob") return globbed(value, path) || globbed(`${value}/*`, path);
  return (
    flag === "--collect-only" ||
    flag === "--co" ||
    flag === "--setup-only" ||
    flag === "--setup-plan"
  );
};

const isWithin = (path: string, folder: string): boolean => {
  const plain = folder.replace(/^\.\//, "").replace(/\/$/, "");
  return path === plain || path.startsWith(`${plain}/`) || globbed(`${plain}/*`, path);
};

const globbed = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|\\[\]]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  ).test(text);

/** Whether an expression of `and`, `or`, `not` and brackets holds; one that cannot be read does. */
const holds = (expression: string, has: (word: string) => boolean): boolean => {
  const words = expression.match(/[()]|[^\s()]+/g) ?? [];
  let place = 0;
  const either = (): boolean => {
    let value = both();
    while (words[place] === "or") {
      place += 1;
      const other = both();
      value = value || other;
    }
    return value;
  };
  const both = (): boolean => {
    let value = single();
    while (words[place] === "and") {
      place += 1;
      const other = single();
      value = value && other;
    }
    return value;
  };
  const single = (): boolean => {
    const word = words[place];
    place += 1;
    if (word === undefined) return true;
    if (word === "not") return !single();
    if (word !== "(") return has(word);
    const value = either();
    place += 1;
    return value;
  };
  return either();
};
