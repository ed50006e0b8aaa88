import { oncePerText } from "../../once.ts";
import { bracketed, items } from "./brackets.ts";
import type { Fault, ProofReader } from "./reader.ts";
import { entriesOf, stringOf, type Token, tokensOf } from "./ts-tokens.ts";

/** A call that declares a test, or that has tests in it. */
type Declared = {
  readonly title: string;
  readonly at: number;
  readonly isSuite: boolean;
  /** `skip` of `test.skip(…)`. */
  readonly mark: string | undefined;
  /** Between the title and the function. */
  readonly options: ReadonlyMap<string, readonly Token[]>;
  /** The tokens of the function. */
  readonly body: readonly Token[];
};

const SUITES = new Set(["describe", "suite"]);
const TESTS = new Set(["test", "it"]);
const LEFT_OUT = new Set(["skip", "todo"]);
/** Arguments by which a run leaves tests out. */
const DESELECTING = /--test-(?:name-pattern|skip-pattern|only|shard)\b/;
const MANIFEST = "package.json";

/** Reads tests of Node's own runner. */
export const nodeTestReader = (files: ReadonlyMap<string, string>): ProofReader => {
  const testFiles = [...files.keys()].filter((path) => /\.test\.ts$/.test(path));
  const declared = oncePerText((text) => declaredIn(tokensOf(text)));
  const find = (path: string, names: readonly string[]): readonly Declared[] | undefined =>
    chain(declared(files.get(path) ?? ""), names);
  return {
    find: (name) =>
      testFiles.filter((path) => {
        const text = files.get(path) ?? "";
        return text.includes(name) && find(path, [name]) !== undefined;
      }),
    fault: (path, names, judges) => {
      const name = names.at(-1) ?? "";
      const found = find(path, names);
      const test = found?.at(-1);
      if (found === undefined || test === undefined || test.isSuite) {
        return { at: 1, what: `${name} is not there` };
      }
      if (!testFiles.includes(path)) return { at: test.at, what: `${name} is not collected` };
      const early = leftOut(found);
      if (early !== undefined) return { at: early.at, what: `${name} ${early.what}` };
      if (isDeselecting(files.get(MANIFEST))) {
        return { at: test.at, what: `${name} can be left out by the options of a run` };
      }
      const what = emptiness(test, judges);
      return what === undefined ? undefined : { at: test.at, what: `${name} ${what}` };
    },
    judges: (path, names) => {
      const test = find(path, names)?.at(-1);
      return test === undefined ? 0 : judgesIn(test.body);
    },
  };
};

/** The calls of a module, or of the function of a suite, that declare tests. */
const declaredIn = (tokens: readonly Token[]): readonly Declared[] => {
  const found: Declared[] = [];
  let index = 0;
  while (index < tokens.length) {
    const call = declaredAt(tokens, index);
    if (call !== undefined) found.push(call.declared);
    // What is in a suite is looked for where its name is asked for.
    index = call?.end ?? index + 1;
  }
  return found;
};

const declaredAt = (
  tokens: readonly Token[],
  index: number,
): { readonly declared: Declared; readonly end: number } | undefined => {
  const { kind, text, at } = tokens[index] as Token;
  const isNamed = kind === "name" && (SUITES.has(text) || TESTS.has(text));
  if (!isNamed || tokens[index - 1]?.text === ".") return undefined;
  const mark = tokens[index + 1]?.text === "." ? tokens[index + 2]?.text : undefined;
  const open = mark === undefined ? index + 1 : index + 3;
  if (tokens[open]?.text !== "(") return undefined;
  const inner = bracketed(tokens, open);
  const [first = [], second = []] = items(inner);
  const title = first.length === 1 ? stringOf(first[0]) : undefined;
  if (title === undefined) return undefined;
  const options: ReadonlyMap<string, readonly Token[]> =
    second[0]?.text === "{" ? entriesOf(bracketed(second, 0)) : new Map();
  const isSuite = SUITES.has(text);
  const declared = { title, at, isSuite, mark, options, body: bodyOf(inner) };
  return { declared, end: open + inner.length };
};

/** What is in the braces of the last argument, which is a function. */
const bodyOf = (inner: readonly Token[]): readonly Token[] => {
  const last = items(inner).at(-1) ?? [];
  const arrow = last.findIndex(({ text }) => text === "=>");
  const open = last.findIndex(({ text }, index) => text === "{" && index > arrow);
  if (arrow !== -1 && last[arrow + 1]?.text !== "{") return last.slice(arrow + 1);
  return open === -1 ? [] : bracketed(last, open);
};

/** A test with the suites around it, from the outermost down. */
const chain = (
  level: readonly Declared[],
  names: readonly string[],
): readonly Declared[] | undefined => {
  const [name, ...more] = names;
  const found = level.find(({ title }) => title === name);
  if (found === undefined) return undefined;
  if (more.length === 0) return [found];
  const below = chain(declaredIn(found.body), more);
  return below === undefined ? undefined : [found, ...below];
};

const leftOut = (found: readonly Declared[]): Fault | undefined => {
  for (const { at, mark, options } of found) {
    const isMarked = mark !== undefined && LEFT_OUT.has(mark);
    const isSet = [...LEFT_OUT].some((option) => {
      const value = options.get(option);
      return value !== undefined && value[0]?.text !== "false";
    });
    if (isMarked || isSet) return { at, what: "is skipped" };
  }
  const body = found.at(-1)?.body ?? [];
  const skips = body.find(
    ({ kind, text }, index) =>
      kind === "name" &&
      LEFT_OUT.has(text) &&
      body[index - 1]?.text === "." &&
      body[index + 1]?.text === "(",
  );
  return skips === undefined ? undefined : { at: skips.at, what: "is skipped while it runs" };
};

const isDeselecting = (manifest: string | undefined): boolean => {
  try {
    const { scripts = {} } = JSON.parse(manifest ?? "{}");
    return Object.values(scripts).some((script) => DESELECTING.test(String(script)));
  } catch {
    // A manifest that cannot be read runs nothing at all.
    return true;
  }
};

const emptiness = ({ body }: Declared, judges: number): string | undefined => {
  if (body[0]?.text === "return") return "returns before it judges";
  if (judges > 0 && judgesIn(body) === 0) return "has nothing left that can fail";
  return undefined;
};

/** How many calls can fail a test: assertions, and functions that are named for making them. */
const judgesIn = (body: readonly Token[]): number =>
  body.filter(
    ({ kind, text }, index) =>
      kind === "name" &&
      /^(?:assert|expect|check|problem|refus)/i.test(text) &&
      /^[(.]$/.test(body[index + 1]?.text ?? "") &&
      body[index - 1]?.text !== ".",
  ).length;
