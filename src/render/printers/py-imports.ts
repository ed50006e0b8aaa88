import { fits } from "./lines.ts";
import { codeOrder, natural } from "./natural.ts";
import { dotted, identifier } from "./py-literal.ts";

export type ImportRecord = {
  readonly module: string;
  readonly name: string;
  readonly as?: string;
};

/**
 * `from module import name` lines in isort's order, each name once: the names of a module share a
 * line, and a renamed one has a line of its own. All modules are taken for one section.
 */
export const imports = (records: readonly ImportRecord[]): string => {
  const modules = [...new Set(records.map((record) => dotted(record.module)))].sort(natural);
  return modules
    .flatMap((module) => {
      const found = records.filter((record) => record.module === module);
      const plain = unique(found.filter((record) => !renamed(record)).map(({ name }) => name));
      const renames = unique(found.filter(renamed).map(({ name, as }) => `${name} as ${as}`));
      return [plain, ...renames.map((member) => [member])]
        .filter((members) => members.length > 0)
        .sort(([left = ""], [right = ""]) => byIsort(left, right))
        .map((members) => importLine(module, members));
    })
    .join("\n");
};

const renamed = (record: ImportRecord): boolean =>
  record.as !== undefined && record.as !== record.name;

const unique = (names: readonly string[]): readonly string[] => {
  for (const name of names) name.split(" as ").forEach(identifier);
  return [...new Set(names)].sort(byIsort);
};

/** isort's order: constants, then classes, then the rest, each by name without case. */
const byIsort = (left: string, right: string): number => {
  const [a = "", b = ""] = [left, right].map((member) => member.split(" ", 1)[0]);
  return rank(a) - rank(b) || natural(a, b) || codeOrder(left, right);
};

const rank = (name: string): number => {
  if (name.length > 1 && /[A-Z]/.test(name) && !/[a-z]/.test(name)) return 0;
  return /^[A-Z]/.test(name) ? 1 : 2;
};

export const importLine = (module: string, names: readonly string[]): string => {
  const line = `from ${module} import ${names.join(", ")}`;
  if (fits(line)) return line;
  const lines = names.map((name) => `    ${name},`);
  return [`from ${module} import (`, ...lines, ")"].join("\n");
};
