import { once } from "../../once.ts";
import { bracketed, items } from "./brackets.ts";
import { assigned, type Block, blocksOf, deep, hasName, importsOf } from "./py-blocks.ts";
import { hookFault } from "./py-hooks.ts";
import { emptiness, judgesIn } from "./py-judges.ts";
import { leaves, leavesIn, SKIPS } from "./py-skips.ts";
import { stringOf, type Token } from "./py-tokens.ts";
import { deselectedBy, pytestOptions } from "./pytest-options.ts";
import type { Fault, ProofReader } from "./reader.ts";

/** A test with the blocks around it, from the module's own down. */
type Found = {
  readonly test: Block;
  readonly around: readonly (readonly Block[])[];
  readonly classes: readonly Block[];
};

/** Reads tests of pytest. */
export const pytestReader = (files: ReadonlyMap<string, string>): ProofReader => {
  const parsedFiles = new Map<string, readonly Block[]>();
  const blocks = (path: string): readonly Block[] => {
    const known = parsedFiles.get(path) ?? blocksOf(files.get(path) ?? "");
    parsedFiles.set(path, known);
    return known;
  };
  const options = pytestOptions(files);
  const testFiles = [...files.keys()].filter((path) => path.endsWith(".py"));
  const conftests = testFiles.filter((path) => /(?:^|\/)conftest\.py$/.test(path));
  // Most files name nothing that skips, and need not be read for it.
  const skipping = testFiles.filter((path) => /skip|xfail/i.test(files.get(path) ?? ""));
  const aliases = once(
    () => new Set([...SKIPS, ...skipping.flatMap((path) => aliasesIn(blocks(path)))]),
  );
  const around = (path: string) =>
    conftests.filter((file) => path.startsWith(file.slice(0, -"conftest.py".length)));
  const fixtures = (path: string): readonly Block[] => {
    const own = new Set([path, ...around(path)]);
    const reached = skipping.filter((file) => own.has(file) || !isTestFile(file));
    return reached.flatMap((file) =>
      blocks(file).filter((block) => isFixture(block) && leaves(block)),
    );
  };

  return {
    find: (name) =>
      testFiles.filter(
        (path) =>
          files.get(path)?.includes(`def ${name}(`) === true &&
          isTestFile(path) &&
          findTest(blocks(path), [name]) !== undefined,
      ),
    fault: (path, names, judges) => {
      const found = findTest(blocks(path), names);
      if (found === undefined) return absent(blocks(path), names);
      const name = names.at(-1) ?? "";
      const early = replacement(found, names) ?? skipFault(found, aliases());
      if (early !== undefined) return { at: early.at, what: `${name} ${early.what}` };
      const marks = marksOf(found);
      const what =
        deselectedBy(options, path, names, marks) ??
        hookFault(
          around(path).map((file) => [file, blocks(file)]),
          `${path}::${name}`,
          marks,
        ) ??
        fixtureFault(fixtures(path), found) ??
        emptiness(found.test, judges);
      return what === undefined ? undefined : { at: found.test.at, what: `${name} ${what}` };
    },
    judges: (path, names) => {
      const found = findTest(blocks(path), names);
      return found === undefined ? 0 : judgesIn(found.test.body, 0);
    },
  };
};

const isTestFile = (path: string): boolean => /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/.test(path);

const findTest = (module: readonly Block[], names: readonly string[]): Found | undefined => {
  const around: (readonly Block[])[] = [];
  const classes: Block[] = [];
  let level = module;
  for (const [index, name] of names.entries()) {
    around.push(level);
    const block = level.findLast(({ defines }) => defines?.name === name);
    if (block === undefined) return undefined;
    const isLast = index === names.length - 1;
    if (isLast !== (block.defines?.kind === "def")) return undefined;
    if (isLast) return { test: block, around, classes };
    classes.push(block);
    level = block.body;
  }
  return undefined;
};

const absent = (module: readonly Block[], names: readonly string[]): Fault => {
  const name = names.at(-1) ?? "";
  const hidden = deep(module).find(({ defines }) => defines?.name === name);
  if (hidden === undefined) return { at: 1, what: `${name} is not there` };
  return { at: hidden.at, what: `${name} is not collected where it is defined` };
};

/** What takes the name of the test away after it. */
const replacement = ({ around }: Found, names: readonly string[]): Fault | undefined => {
  for (const [index, level] of around.entries()) {
    const name = names[index] ?? "";
    const place = level.findLastIndex(({ defines }) => defines?.name === name);
    const after = level
      .slice(place + 1)
      .find(
        (block) =>
          assigned(block)?.name === name ||
          (block.tokens[0]?.text === "del" && block.tokens.some(({ text }) => text === name)),
      );
    if (after !== undefined) return { at: after.at, what: "is replaced after its definition" };
  }
  return undefined;
};

const aliasesIn = (module: readonly Block[]): readonly string[] =>
  module.flatMap((block) => {
    const given = assigned(block);
    if (given?.value !== undefined && given.name !== "pytestmark")
      return hasName(given.value, SKIPS) ? [given.name] : [];
    if (block.defines?.kind === "def" && !isFixture(block) && !/^test/.test(block.defines.name)) {
      const returned = deep(block.body).filter(({ tokens }) => tokens[0]?.text === "return");
      return returned.some(({ tokens }) => hasName(tokens, SKIPS)) ? [block.defines.name] : [];
    }
    return importsOf([block]).flatMap(({ module: from, name, as }) =>
      /^(?:pytest|unittest)\b/.test(from) && SKIPS.has(name) ? [as] : [],
    );
  });

const isFixture = ({ decorators }: Block): boolean =>
  decorators.some((tokens) => tokens.some(({ text }) => text === "fixture"));

const skipFault = (
  { test, around, classes }: Found,
  aliases: ReadonlySet<string>,
): Fault | undefined => {
  for (const level of around) {
    const fault = levelFault(level, aliases);
    if (fault !== undefined) return fault;
  }
  const odd = classes.find(
    ({ body, defines }) =>
      !/^Test/.test(defines?.name ?? "") || body.some((one) => one.defines?.name === "__init__"),
  );
  if (odd !== undefined) return { at: odd.at, what: "is in a class that is not collected" };
  for (const { decorators, at } of [...classes, test]) {
    if (decorators.some((tokens) => hasName(tokens, aliases))) return { at, what: "is skipped" };
    if (decorators.some((tokens) => tokens.some(({ text }) => text === "fixture"))) {
      return { at, what: "is a fixture" };
    }
    if (decorators.some(isEmptyParametrize)) return { at, what: "has no parameters to run with" };
  }
  return undefined;
};

/** What keeps a whole module or class from being collected. */
const levelFault = (level: readonly Block[], aliases: ReadonlySet<string>): Fault | undefined => {
  for (const block of outsideOfFunctions(level)) {
    const given = assigned(block);
    if (given?.name === "pytestmark" && hasName(given.value ?? [], aliases)) {
      return { at: block.at, what: "is skipped with all of its file" };
    }
    if (given?.name === "__test__" && given.value?.[0]?.text === "False") {
      return { at: block.at, what: "is not collected" };
    }
    if (leavesIn(block.tokens) && block.defines === undefined && given === undefined) {
      return { at: block.at, what: "is skipped with all of its file" };
    }
    if (given?.value !== undefined && hasName(given.value, new Set(["importorskip"]))) {
      return { at: block.at, what: "is skipped where a module is missing" };
    }
  }
  return undefined;
};

const outsideOfFunctions = (blocks: readonly Block[]): readonly Block[] =>
  blocks.flatMap((block) =>
    block.defines === undefined ? [block, ...outsideOfFunctions(block.body)] : [],
  );

const isEmptyParametrize = (tokens: readonly Token[]): boolean => {
  const open = tokens.findIndex(
    ({ text }, index) => text === "(" && tokens[index - 1]?.text === "parametrize",
  );
  if (open === -1) return false;
  const values = items(bracketed(tokens, open))[1];
  return values?.length === 2 && /^[[(]$/.test(values[0]?.text ?? "");
};

const marksOf = ({ test, around, classes }: Found): ReadonlySet<string> => {
  const marks = around.flatMap((level) =>
    level.flatMap((block) => {
      const given = assigned(block);
      return given?.name === "pytestmark" ? [given.value ?? []] : [];
    }),
  );
  const all = [...marks, ...[...classes, test].flatMap(({ decorators }) => decorators)];
  return new Set(
    all.flatMap((tokens) =>
      tokens.flatMap(({ text }, index) => (tokens[index - 2]?.text === "mark" ? [text] : [])),
    ),
  );
};

const fixtureFault = (fixtures: readonly Block[], found: Found): string | undefined => {
  const taken = fixtures.find((fixture) => takes(found, fixture));
  return taken === undefined ? undefined : `is skipped by the fixture ${taken.defines?.name}`;
};

/** Whether a test runs a fixture. */
const takes = ({ test, classes }: Found, fixture: Block): boolean => {
  const isAlways = fixture.decorators.some((tokens) =>
    tokens.some(({ text }, index) => text === "autouse" && tokens[index + 2]?.text === "True"),
  );
  const name = fixture.defines?.name ?? "";
  const used = [...classes, test].flatMap(({ decorators }) =>
    decorators.filter((tokens) => hasName(tokens, new Set(["usefixtures"]))),
  );
  return (
    isAlways ||
    test.tokens.slice(2).some(({ kind, text }) => kind === "name" && text === name) ||
    used.some((tokens) => tokens.some((token) => stringOf(token) === name))
  );
};
