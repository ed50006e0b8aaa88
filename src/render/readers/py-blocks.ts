import { oncePerText } from "../../once.ts";
import { closes, items, opens } from "./brackets.ts";
import { type Line, linesOf, type Token } from "./py-tokens.ts";

/** A statement with what lies below it. */
export type Block = {
  /** The line on which it begins, from 1. */
  readonly at: number;
  /** The line of a simple statement; the header of a compound one, without its colon. */
  readonly tokens: readonly Token[];
  /** Each without its '@'. */
  readonly decorators: readonly (readonly Token[])[];
  readonly body: readonly Block[];
  /** The function or class that it defines. */
  readonly defines?: { readonly kind: "def" | "class"; readonly name: string } | undefined;
};

/** The statements of a file. */
export const blocksOf = oncePerText((text): readonly Block[] => nested(linesOf(text)));

const nested = (lines: readonly Line[]): readonly Block[] => {
  const blocks: Block[] = [];
  let decorators: (readonly Token[])[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = lines[index];
    if (line === undefined) break;
    let next = index + 1;
    while (next < lines.length && (lines[next]?.indent ?? 0) > line.indent) next += 1;
    if (line.tokens[0]?.text === "@") {
      decorators.push(line.tokens.slice(1));
      index += 1;
      continue;
    }
    blocks.push(blockOf(line, decorators, lines.slice(index + 1, next)));
    decorators = [];
    index = next;
  }
  return blocks;
};

const blockOf = (
  line: Line,
  decorators: readonly (readonly Token[])[],
  below: readonly Line[],
): Block => {
  const { at, tokens } = line;
  const colon = isCompound(tokens) ? colonOf(tokens) : -1;
  if (colon === -1) return { at, tokens, decorators, body: nested(below) };
  const rest = tokens.slice(colon + 1);
  const inline = rest.length === 0 ? [] : [{ ...line, tokens: rest }];
  const header = tokens.slice(0, colon);
  return {
    at,
    tokens: header,
    decorators,
    defines: definedBy(header),
    body: nested([...inline, ...below]),
  };
};

const COMPOUND = new Set(
  "async def class if elif else for while try except finally with match case".split(" "),
);

const isCompound = (tokens: readonly Token[]): boolean => COMPOUND.has(tokens[0]?.text ?? "");

/** The colon that ends the header of a compound statement. */
const colonOf = (tokens: readonly Token[]): number => {
  let lambdas = 0;
  for (const { text, index } of outside(tokens)) {
    if (text === "lambda") lambdas += 1;
    if (text === ":" && lambdas === 0) return index;
    if (text === ":") lambdas -= 1;
  }
  return -1;
};

/** The tokens outside of all brackets, and the brackets themselves, with their places. */
const outside = (tokens: readonly Token[]): readonly (Token & { readonly index: number })[] => {
  let depth = 0;
  return tokens.flatMap((token, index) => {
    if (closes(token)) depth -= 1;
    const isOutside = depth <= 0;
    if (opens(token)) depth += 1;
    return isOutside ? [{ ...token, index }] : [];
  });
};

const definedBy = (header: readonly Token[]): Block["defines"] => {
  const [first, ...rest] = header[0]?.text === "async" ? header.slice(1) : header;
  const name = rest[0]?.text;
  if (name === undefined || (first?.text !== "def" && first?.text !== "class")) return undefined;
  return { kind: first.text, name };
};

/** Every statement below some, and these. */
export const deep = (blocks: readonly Block[]): readonly Block[] =>
  blocks.flatMap((block) => [block, ...deep(block.body)]);

/** All that a statement says, what lies below it and its decorators too. */
export const tokensIn = (block: Block): readonly Token[] => [
  ...block.decorators.flat(),
  ...block.tokens,
  ...block.body.flatMap(tokensIn),
];

export const hasName = (tokens: readonly Token[], names: ReadonlySet<string>): boolean =>
  tokens.some(({ kind, text }) => kind === "name" && names.has(text));

/** What a statement gives to a name: `name = value` or `name: type = value`. */
export const assigned = (
  block: Block,
):
  | { readonly name: string; readonly type: readonly Token[]; readonly value?: readonly Token[] }
  | undefined => {
  const [first, second] = block.tokens;
  if (first?.kind !== "name" || block.defines !== undefined) return undefined;
  if (second?.text !== "=" && second?.text !== ":") return undefined;
  const equals = topLevel(block.tokens, "=");
  const type = second.text === ":" ? block.tokens.slice(2, equals === -1 ? undefined : equals) : [];
  return {
    name: first.text,
    type,
    ...(equals === -1 ? {} : { value: block.tokens.slice(equals + 1) }),
  };
};

/** The first place of a word outside of all brackets; -1: nowhere. */
export const topLevel = (tokens: readonly Token[], word: string): number =>
  outside(tokens).find(({ kind, text }) => kind !== "string" && text === word)?.index ?? -1;

/** A name that a file takes from another, by the name that it has there. */
export type Import = { readonly module: string; readonly name: string; readonly as: string };

/** The names that `from module import name` brings, relative modules with their dots. */
export const importsOf = (blocks: readonly Block[]): readonly Import[] =>
  blocks.flatMap(({ tokens }) => {
    const cut = tokens.findIndex(({ text }) => text === "import");
    if (tokens[0]?.text !== "from" || cut === -1) return [];
    const module = tokens
      .slice(1, cut)
      .map(({ text }) => text)
      .join("");
    const names = tokens.slice(cut + 1).filter(({ text }) => text !== "(" && text !== ")");
    return items(names).flatMap(([name, as, other]) =>
      name === undefined
        ? []
        : [
            {
              module,
              name: name.text,
              as: as?.text === "as" ? (other?.text ?? name.text) : name.text,
            },
          ],
    );
  });
