import { bracketed, closes, items, opens } from "./brackets.ts";
import { stringOf, type Token, tokensOf } from "./ts-tokens.ts";

/** A function, and where it stands in the tokens of its module. */
export type Written = {
  /** Of the constant that it is given to; that of another function's argument has none. */
  readonly name: string | undefined;
  /** The names of its parameters; undefined where one is taken apart. */
  readonly params: readonly (string | undefined)[];
  /** Where its parameters begin. */
  readonly start: number;
  /** The tokens of its body, from one to before another. */
  readonly from: number;
  readonly to: number;
};

export type Module = {
  readonly tokens: readonly Token[];
  /** What each name is given, wherever in the module that is. */
  readonly constants: ReadonlyMap<string, readonly Token[]>;
  readonly functions: readonly Written[];
  /** The file and the name there, by the name here. */
  readonly imports: ReadonlyMap<string, readonly [file: string, name: string]>;
};

const DECLARES = new Set(["const", "let", "var"]);
/** Words that begin a statement where none has ended with a semicolon. */
const BEGINS = new Set(
  "const let var function class interface type export import return if for while try throw".split(
    " ",
  ),
);

export const moduleOf = (path: string, text: string): Module => {
  const tokens = tokensOf(text);
  return {
    tokens,
    constants: new Map(tokens.flatMap((_, index) => constantAt(tokens, index) ?? [])),
    functions: tokens.flatMap((_, index) => functionAt(tokens, index) ?? []),
    imports: new Map(tokens.flatMap((_, index) => importsAt(path, tokens, index))),
  };
};

/** Where the bracket that closes another one stands. */
const closing = (tokens: readonly Token[], open: number): number =>
  open + bracketed(tokens, open).length + 1;

/** Where the bracket stands that another one closes. */
const opening = (tokens: readonly Token[], close: number): number => {
  let depth = 0;
  for (let index = close; index >= 0; index -= 1) {
    const token = tokens[index] as Token;
    if (closes(token)) depth += 1;
    if (opens(token)) depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
};

/** Behind the value that begins at a token: a part of a list, or of a statement. */
const valueEnd = (tokens: readonly Token[], start: number): number => {
  let index = start;
  while (index < tokens.length) {
    const token = tokens[index] as Token;
    if (closes(token) || token.text === ";" || token.text === ",") return index;
    const isNewLine = index > start && token.at > (tokens[index - 1]?.at ?? 0);
    if (isNewLine && token.kind === "name" && BEGINS.has(token.text)) return index;
    index = opens(token) ? closing(tokens, index) + 1 : index + 1;
  }
  return index;
};

/** `const name = value`, and the list that `for (const name of list)` goes through. */
const constantAt = (
  tokens: readonly Token[],
  index: number,
): readonly (readonly [string, readonly Token[]])[] | undefined => {
  const name = tokens[index + 1];
  if (!DECLARES.has(tokens[index]?.text ?? "") || name?.kind !== "name") return undefined;
  if (tokens[index + 2]?.text === "of") {
    return [[name.text, tokens.slice(index + 3, valueEnd(tokens, index + 3))]];
  }
  const given = givenAt(tokens, index + 2);
  if (given === undefined) return undefined;
  return [[name.text, tokens.slice(given + 1, valueEnd(tokens, given + 1))]];
};

/** Where the sign stands by which a name is given its value, behind its type. */
const givenAt = (tokens: readonly Token[], start: number): number | undefined => {
  let index = start;
  while (index < tokens.length) {
    const token = tokens[index] as Token;
    if (token.text === "=") return index;
    if (closes(token) || token.text === ";" || token.text === ",") return undefined;
    index = opens(token) ? closing(tokens, index) + 1 : index + 1;
  }
  return undefined;
};

const functionAt = (tokens: readonly Token[], index: number): readonly Written[] | undefined => {
  const text = tokens[index]?.text;
  if (text === "=>") return arrowAt(tokens, index);
  if (text !== "function" || tokens[index]?.kind !== "name") return undefined;
  const named = tokens[index + 1]?.kind === "name" ? tokens[index + 1]?.text : undefined;
  const start = tokens.findIndex((token, at) => at > index && token.text === "(");
  if (start === -1) return undefined;
  const end = closing(tokens, start);
  const open = tokens.findIndex((token, at) => at > end && token.text === "{");
  if (open === -1) return undefined;
  const name = tokens[index - 1]?.text === "default" ? "default" : named;
  const params = paramsIn(tokens.slice(start + 1, end));
  return [{ name, params, start, from: open + 1, to: closing(tokens, open) }];
};

const arrowAt = (tokens: readonly Token[], arrow: number): readonly Written[] => {
  const close = paramsEnd(tokens, arrow);
  const start = close === undefined ? arrow - 1 : opening(tokens, close);
  const list = close === undefined ? tokens.slice(start, arrow) : tokens.slice(start + 1, close);
  const isBlock = tokens[arrow + 1]?.text === "{";
  const to = isBlock ? closing(tokens, arrow + 1) : valueEnd(tokens, arrow + 1);
  const name = nameBefore(tokens, start);
  return [{ name, params: paramsIn(list), start, from: arrow + (isBlock ? 2 : 1), to }];
};

/** The bracket that ends the parameters before an arrow, with a type of the result between. */
const paramsEnd = (tokens: readonly Token[], arrow: number): number | undefined => {
  let index = arrow - 1;
  while (index >= 0) {
    const token = tokens[index] as Token;
    const next = tokens[index + 1]?.text;
    if (token.text === ")" && (next === ":" || next === "=>")) return index;
    if (opens(token) || /^(?:=|=>|,|;)$/.test(token.text)) return undefined;
    index = closes(token) ? opening(tokens, index) - 1 : index - 1;
  }
  return undefined;
};

/** What a function is called that is given to a name, or to a function that is given to one. */
const nameBefore = (tokens: readonly Token[], start: number): string | undefined => {
  let index = start - 1;
  if (tokens[index]?.text === "async") index -= 1;
  const isWrapped = tokens[index]?.text === "(" && tokens[index - 2]?.text !== ".";
  if (isWrapped) index -= 2;
  if (tokens[index]?.text === "default") return "default";
  if (tokens[index]?.text !== "=") return undefined;
  const declared = tokens
    .slice(0, index)
    .findLastIndex(({ text }) => DECLARES.has(text) || text === ";");
  return DECLARES.has(tokens[declared]?.text ?? "") ? tokens[declared + 1]?.text : undefined;
};

const paramsIn = (tokens: readonly Token[]): Written["params"] =>
  items(tokens).map(([first]) => (first?.kind === "name" ? first.text : undefined));

/** The file that another one names by where it is from there. */
const beside = (path: string, place: string): string => {
  const folders = path.split("/").slice(0, -1);
  for (const part of place.split("/")) {
    if (part === "..") folders.pop();
    else if (part !== ".") folders.push(part);
  }
  return folders.join("/");
};

/** `import name, { name, name as other } from "./file.ts"` of the project's own files. */
const importsAt = (
  path: string,
  tokens: readonly Token[],
  index: number,
): readonly (readonly [string, readonly [file: string, name: string]])[] => {
  if (tokens[index]?.text !== "import" || tokens[index]?.kind !== "name") return [];
  const from = tokens.findIndex(({ kind }, at) => at > index && kind === "string");
  const place = stringOf(tokens[from]) ?? "";
  if (!place.startsWith(".") || tokens[from - 1]?.text !== "from") return [];
  const file = beside(path, place);
  const words = tokens.slice(index + 1, from - 1).filter(({ text }) => text !== "type");
  const open = words.findIndex(({ text }) => text === "{");
  const list = open === -1 ? [] : items(bracketed(words, open));
  const [first] = words;
  const whole = first?.kind === "name" ? [[first.text, [file, "default"]] as const] : [];
  return [
    ...whole,
    ...list.flatMap(([name, , as]) =>
      name === undefined ? [] : [[(as ?? name).text, [file, name.text]] as const],
    ),
  ];
};
