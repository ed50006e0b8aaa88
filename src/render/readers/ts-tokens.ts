import { closes, items, withoutLastCommas } from "./brackets.ts";

/** A token of TypeScript. */
export type Token = {
  readonly kind: "name" | "number" | "string" | "template" | "pattern" | "operator";
  readonly text: string;
  /** The line, from 1. */
  readonly at: number;
};

const LEXEME =
  /(?<space>[\s\uFEFF]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')|(?<name>[#@]?[\p{L}_$][\p{L}\p{N}_$]*)|(?<number>\d[\w.]*)|(?<operator>\?\?=?|\?\.(?!\d)|=>|\.\.\.|\*\*=?|&&=?|\|\|=?|[=!]==?|<<=?|>>>?=?|[-+*/%&|^<>]=|\+\+|--|[\s\S])/uy;
const PATTERN = /\/(?:[^/\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+\/[a-z]*/uy;
/** Words after which a slash begins a pattern: what follows them is a value. */
const BEFORE_VALUE = new Set(
  "return typeof case in of delete void throw await yield else".split(" "),
);

/** The tokens of a module, without comments. */
export const tokensOf = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  let at = 1;
  let place = 0;
  while (place < text.length) {
    const { kind, lexeme } = lexemeAt(text, place, tokens.at(-1));
    if (kind !== undefined) {
      const plain = kind === "string" ? plainString(lexeme) : lexeme;
      tokens.push({ kind, text: kind === "number" ? plain.replaceAll("_", "") : plain, at });
    }
    at += lexeme.split("\n").length - 1;
    place += Math.max(lexeme.length, 1);
  }
  return tokens;
};

const lexemeAt = (
  text: string,
  place: number,
  before: Token | undefined,
): { readonly kind: Token["kind"] | undefined; readonly lexeme: string } => {
  if (text[place] === "`") {
    return { kind: "template", lexeme: text.slice(place, templateEnd(text, place)) };
  }
  if (text[place] === "/" && !/^\/[/*]/.test(text.slice(place, place + 2)) && isValueNext(before)) {
    PATTERN.lastIndex = place;
    const pattern = PATTERN.exec(text)?.[0];
    if (pattern !== undefined) return { kind: "pattern", lexeme: pattern };
  }
  LEXEME.lastIndex = place;
  const found = LEXEME.exec(text);
  const kinds = ["string", "name", "number", "operator"] as const;
  return {
    kind: kinds.find((kind) => found?.groups?.[kind] !== undefined),
    lexeme: found?.[0] ?? "",
  };
};

const isValueNext = (before: Token | undefined): boolean => {
  if (before === undefined) return true;
  if (before.kind === "name") return BEFORE_VALUE.has(before.text);
  return before.kind === "operator" && !closes(before);
};

/** Behind the end of a template, whose values may hold templates. */
const templateEnd = (text: string, start: number): number => {
  let place = start + 1;
  while (place < text.length && text[place] !== "`") {
    if (text[place] === "\\") place += 2;
    else place = text.startsWith("${", place) ? valueEnd(text, place + 2) : place + 1;
  }
  return Math.min(place + 1, text.length);
};

/** Behind the brace that ends a value of a template. */
const valueEnd = (text: string, start: number): number => {
  let depth = 1;
  let place = start;
  while (place < text.length && depth > 0) {
    const sign = text[place];
    if (sign === "{") depth += 1;
    if (sign === "}") depth -= 1;
    place = sign === "`" ? templateEnd(text, place) : place + 1;
  }
  return place;
};

/** A string with the quotes that a formatter gives it. */
const plainString = (string: string): string => {
  const [, body] = /^'([^'"\\]*)'$/.exec(string) ?? [];
  return body === undefined ? string : `"${body}"`;
};

/** What a formatter does not change, as a list to look for other lists in. */
export const textsOf = (tokens: readonly Token[]): readonly string[] =>
  withoutLastCommas(tokens.map(({ text }) => text).filter((text) => text !== ";"));

/** The values of an object's literal, by key. */
export const entriesOf = (tokens: readonly Token[]): ReadonlyMap<string, readonly Token[]> =>
  new Map(
    items(tokens).flatMap((item) => {
      const [key, colon] = item;
      if (key === undefined) return [];
      const name = stringOf(key) ?? key.text;
      if (item.length === 1) return [[name, item] as const];
      return colon?.text === ":" ? [[name, item.slice(2)] as const] : [];
    }),
  );

/** The text in a string, without escapes; undefined for anything else. */
export const stringOf = (token: Token | undefined): string | undefined => {
  if (token?.kind !== "string") return undefined;
  const double = token.text.startsWith("'")
    ? `"${token.text
        .slice(1, -1)
        .replace(/\\'/g, "'")
        .replace(/(?<!\\)"/g, '\\"')}"`
    : token.text;
  try {
    return String(JSON.parse(double));
  } catch {
    // An escape that JSON does not have.
    return token.text.slice(1, -1);
  }
};
