import { bracketed, items } from "./brackets.ts";
import { type Block, deep, hasName, tokensIn, topLevel } from "./py-blocks.ts";
import { leaves } from "./py-skips.ts";
import type { Token } from "./py-tokens.ts";

const LENIENT = new Set(["Exception", "BaseException", "AssertionError"]);
/** Names of calls that can fail a test as an assertion does. */
const JUDGES = /^_?(?:assert|raises|expect|verify|check|fail|warns|problem)/;

/** Why a test cannot fail any more. */
export const emptiness = (test: Block, judged: number): string | undefined => {
  const body = test.body.filter(
    ({ tokens }) => !(tokens.length === 1 && tokens[0]?.kind === "string"),
  );
  if (body.every(isTrivial)) return "is empty";
  if (leaves(test)) return "is skipped while it runs";
  const ended = body.findIndex(({ tokens }) => tokens[0]?.text === "return");
  if (ended !== -1 && judgesIn(body.slice(ended + 1), 0) > 0) return "returns before it asserts";
  if (run(body).some(({ tokens }) => tokens[0]?.text === "yield"))
    return "is a generator, which is not run";
  if (judged > 0 && judgesIn(body, 0) === 0) return "asserts nothing any more";
  return undefined;
};

/** Every statement that is run with some: not those of functions that are defined among them. */
const run = (blocks: readonly Block[]): readonly Block[] =>
  blocks.flatMap((block) => (block.defines === undefined ? [block, ...run(block.body)] : [block]));

const isTrivial = ({ tokens, body }: Block): boolean => {
  if (body.length > 0)
    return isNever(tokens) || (tokens[0]?.text === "if" && body.every(isTrivial));
  const [first, second] = tokens;
  if (first === undefined || first.text === "pass" || first.text === "...") return true;
  if (first.text === "return") return second === undefined || second.text === "None";
  if (first.text === "assert") return isTrue(condition(tokens));
  return tokens.length === 1 && first.kind !== "name";
};

const condition = (tokens: readonly Token[]): readonly Token[] => items(tokens.slice(1))[0] ?? [];

/** Whether a condition holds, whatever is tested. */
const isTrue = (tokens: readonly Token[]): boolean => {
  const texts = tokens.map(({ text }) => text);
  const [first, second] = texts;
  if (tokens.length === 1) return first === "True" || (tokens[0]?.kind !== "name" && first !== "0");
  if (tokens.length === 2) return first === "not" && /^(?:False|None|0)$/.test(second ?? "");
  const either = topLevel(tokens, "or");
  if (either !== -1) {
    return isTrue(tokens.slice(0, either)) || isTrue(tokens.slice(either + 1));
  }
  if (first === "(" && bracketed(tokens, 0).length === tokens.length - 2) {
    const inner = bracketed(tokens, 0);
    return topLevel(inner, ",") !== -1 || isTrue(inner);
  }
  const equals = topLevel(tokens, "==");
  return equals !== -1 && texts.slice(0, equals).join(" ") === texts.slice(equals + 1).join(" ");
};

const isNever = (tokens: readonly Token[]): boolean => {
  const [first, second, third] = tokens.map(({ text }) => text);
  if (first !== "if" && first !== "while") return false;
  return (
    (tokens.length === 2 && /^(?:False|0|None|TYPE_CHECKING|""|\(\)|\[\])$/.test(second ?? "")) ||
    (tokens.length === 3 && second === "not" && /^(?:True|1)$/.test(third ?? ""))
  );
};

const MOST_DEPTH = 40;

/** How many statements can fail the test. */
export const judgesIn = (blocks: readonly Block[], depth: number): number => {
  if (depth > MOST_DEPTH) return 0;
  let count = 0;
  for (const [index, block] of blocks.entries()) {
    const { tokens, body } = block;
    if (isNever(tokens)) continue;
    const isSwallowed = tokens[0]?.text === "try" && swallows(blocks.slice(index + 1));
    const isSuppressed = tokens.some(
      ({ text }, place) =>
        /^(?:suppress|raises)$/.test(text) && hasName(bracketed(tokens, place + 1), LENIENT),
    );
    if (tokens[0]?.text === "assert" && !isTrue(condition(tokens))) count += 1;
    else if (
      !isSuppressed &&
      tokens.some(
        ({ kind, text }, place) =>
          kind === "name" && JUDGES.test(text) && tokens[place + 1]?.text === "(",
      )
    )
      count += 1;
    if (!isSwallowed && !isSuppressed) count += judgesIn(body, depth + 1);
  }
  return count;
};

/** Whether what follows a `try` takes failed assertions for nothing. */
const swallows = (after: readonly Block[]): boolean => {
  for (const { tokens, body } of after) {
    if (tokens[0]?.text !== "except") return false;
    const isWide = tokens.length === 1 || hasName(tokens, LENIENT);
    if (
      isWide &&
      !deep(body).some(
        (block) => tokensIn(block)[0]?.text === "raise" || block.tokens[0]?.text === "assert",
      )
    )
      return true;
  }
  return false;
};
