import { fits } from "./lines.ts";
import { collated } from "./natural.ts";
import { identifier, literal } from "./ts-literal.ts";

export type ImportRecord = {
  /** A package, or from its root, with a leading `/`, a file of the project. */
  readonly module: string;
  /** `default` and `*` stand for what has no name; `as` names it. */
  readonly name: string;
  readonly as?: string;
  readonly kind?: string;
};

const PACKAGE = /^(node:[a-z0-9_/]+|(@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(\/[\w.-]+)*)$/;
const FILE = /^(\/[\w-][\w.-]*)+\.(ts|js|json)$/;

/**
 * Import lines in Biome's order, each name once. The names of a module share a line, and what is
 * used as a type alone is imported as one.
 * @param path the file that imports, in the project
 */
export const imports = (records: readonly ImportRecord[], path: string): string => {
  const modules = new Map<string, ImportRecord[]>();
  for (const record of records) {
    const from = specifier(record.module, path);
    modules.set(from, [...(modules.get(from) ?? []), record]);
  }
  return [...modules]
    .sort(([left], [right]) => distance(left) - distance(right) || collated(left, right))
    .flatMap(([module, found]) => linesOf(module, found))
    .join("\n");
};

/** @throws Error when it is no module, or one that lies outside of the project */
const specifier = (module: string, path: string): string => {
  if (PACKAGE.test(module)) return module;
  if (!FILE.test(module)) throw new Error(`'${module}' is no TypeScript module`);
  const from = path.split("/").slice(0, -1);
  const to = module.slice(1).split("/");
  const differs = from.findIndex((folder, index) => folder !== to[index]);
  const shared = differs === -1 ? from.length : differs;
  const up = from.length - shared;
  return (up === 0 ? "./" : "../".repeat(up)) + to.slice(shared).join("/");
};

/** What comes from farther away comes first: the runtime, packages, files. */
const distance = (module: string): number => {
  if (module.startsWith("node:")) return 0;
  return module.startsWith(".") ? 2 : 1;
};

const linesOf = (module: string, records: readonly ImportRecord[]): readonly string[] => {
  const whole = records.filter(({ name }) => name === "*").map((record) => `* as ${local(record)}`);
  const usual = records.filter(({ name }) => name === "default").map(local);
  const members = membersOf(records.filter(({ name }) => name !== "*" && name !== "default"));
  const lines = [...new Set(whole)]
    .sort(collated)
    .map((names) => `import ${names} from ${literal(module)};`);
  if (usual.length === 0 && members.length === 0) return lines;
  const [first = ""] = usual;
  if (new Set(usual).size > 1) throw new Error(`'${module}' has one default, and two names for it`);
  return [...lines, importLine(module, first, members)];
};

type Member = { readonly text: string; readonly isType: boolean };

const membersOf = (records: readonly ImportRecord[]): readonly Member[] => {
  const found = new Map<string, Member & { readonly as: string }>();
  for (const record of records) {
    const name = identifier(record.name);
    const as = local(record);
    const text = as === name ? name : `${name} as ${as}`;
    const isType = (found.get(text)?.isType ?? true) && record.kind === "type";
    found.set(text, { text, as, isType });
  }
  return [...found.values()].sort((left, right) => collated(left.as, right.as));
};

const local = ({ name, as = name }: ImportRecord): string => identifier(as);

const importLine = (module: string, usual: string, members: readonly Member[]): string => {
  const isType = usual === "" && members.every((member) => member.isType);
  const names = members.map((member) =>
    member.isType && !isType ? `type ${member.text}` : member.text,
  );
  const head = `import ${isType ? "type " : ""}${usual}${usual === "" || names.length === 0 ? "" : ", "}`;
  if (names.length === 0) return `${head} from ${literal(module)};`;
  const line = `${head}{ ${names.join(", ")} } from ${literal(module)};`;
  if (fits(line) || (names.length === 1 && usual === "")) return line;
  return [`${head}{`, ...names.map((name) => `  ${name},`), `} from ${literal(module)};`].join(
    "\n",
  );
};
