import { assigned, type Block, deep, hasName, topLevel } from "./py-blocks.ts";
import { SKIPS } from "./py-skips.ts";
import { stringOf } from "./py-tokens.ts";

const HOOKS = new Set(
  "pytest_collection_modifyitems pytest_ignore_collect pytest_runtest_setup pytest_runtest_call pytest_runtest_protocol pytest_pyfunc_call pytest_pycollect_makeitem pytest_itemcollected pytest_collection_finish pytest_runtest_makereport pytest_collection".split(
    " ",
  ),
);
/** What a hook does that leaves tests out. */
const OMITS = new Set([...SKIPS, "remove", "clear", "pop", "exit", "Skipped"]);

/** What a file that configures tests does to one below it. */
export const hookFault = (
  conftests: readonly (readonly [path: string, blocks: readonly Block[]])[],
  id: string,
  marks: ReadonlySet<string>,
): string | undefined => {
  for (const [file, module] of conftests) {
    const folder = file.slice(0, file.lastIndexOf("/") + 1);
    if (ignoredIn(module).some((one) => isBelow(id, `${folder}${one}`)))
      return `is left out by ${file}`;
    const hook = deep(module).find(
      (block) => isHook(block) && omits(block) && !concernsOthers(block, marks, id),
    );
    if (hook !== undefined) return `can be left out by ${hook.defines?.name} of ${file}`;
  }
  return undefined;
};

const isHook = ({ defines }: Block): boolean => defines?.kind === "def" && HOOKS.has(defines.name);

const ignoredIn = (module: readonly Block[]): readonly string[] =>
  deep(module).flatMap((block) => {
    const given = assigned(block);
    if (given === undefined || !/^collect_ignore(?:_glob)?$/.test(given.name)) return [];
    return (given.value ?? []).flatMap((token) => stringOf(token) ?? []);
  });

const isBelow = (path: string, pattern: string): boolean => {
  const expression = pattern
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}(?:/|::|$)`).test(path);
};

const omits = (hook: Block): boolean =>
  deep(hook.body).some(({ tokens }) => {
    if (hasName(tokens, OMITS)) return true;
    // items[:] = …, del items[:], and results that are made up
    const isSlice =
      tokens[0]?.text === "items" && tokens[1]?.text === "[" && topLevel(tokens, "=") !== -1;
    const isDeleted = tokens[0]?.text === "del";
    const isOutcome = tokens.some(({ text }) => text === "outcome") && topLevel(tokens, "=") !== -1;
    const isReturned =
      /ignore_collect|pyfunc_call|protocol|makeitem/.test(hook.defines?.name ?? "") &&
      tokens[0]?.text === "return" &&
      tokens[1]?.text !== "None" &&
      tokens.length > 1;
    return isSlice || isDeleted || isOutcome || isReturned;
  });

const MARKED = new Set(["keywords", "get_closest_marker", "iter_markers"]);

/** Whether a hook looks for marks or names of other tests than this one. */
const concernsOthers = (hook: Block, marks: ReadonlySet<string>, id: string): boolean => {
  const conditions = deep(hook.body).filter(
    ({ tokens }) =>
      tokens.some(({ text }) => text === "if" || text === "in") || hasName(tokens, MARKED),
  );
  const names = new Set(id.split(/[/:]+/));
  const words = conditions.flatMap(({ tokens }) => {
    const byMark = hasName(tokens, MARKED);
    const told = tokens.flatMap((token) => stringOf(token) ?? []);
    return told.filter((word) => /^[\w.:/-]+$/.test(word)).map((word) => ({ word, byMark }));
  });
  const isAnother = ({ word, byMark }: (typeof words)[number]): boolean =>
    word.startsWith("--") || (!marks.has(word) && !(byMark ? names.has(word) : id.includes(word)));
  return words.length > 0 && words.every(isAnother);
};
