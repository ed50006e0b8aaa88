import { closes, opens, withoutLastCommas } from "./brackets.ts";

/** A token of Python; where one begins decides nothing. */
export type Token = {
  readonly kind: "name" | "number" | "string" | "operator";
  readonly text: string;
};

/** A logical line: what ends with a line's end outside of brackets, without comments. */
export type Line = {
  /** From 1. */
  readonly at: number;
  /** Columns of white space before it. */
  readonly indent: number;
  readonly tokens: readonly Token[];
};

const LEXEME =
  /(?<space>[ \t\f\uFEFF]+|#[^\n]*|\\\r?\n)|(?<end>\r?\n)|(?<string>[A-Za-z]{0,2}(?:"""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''|"(?!"")(?:[^"\\\n]|\\[\s\S])*"|'(?!'')(?:[^'\\\n]|\\[\s\S])*'))|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<number>\d[\w.]*)|(?<operator>:=|->|\.\.\.|\*\*=?|\/\/=?|<<=?|>>=?|[-+*/%@&|^=<>!]=|[\s\S])/uy;
const TAB = 8;

/** Gathers tokens into logical lines. */
class Gatherer {
  readonly lines: Line[] = [];
  private tokens: Token[] = [];
  private depth = 0;
  private indent = 0;
  private began = 1;

  token(token: Token, at: number): void {
    if (this.tokens.length === 0) this.began = at;
    if (opens(token)) this.depth += 1;
    if (closes(token)) this.depth = Math.max(0, this.depth - 1);
    if (token.text === ";" && token.kind === "operator" && this.depth === 0) this.end();
    else this.tokens.push(token);
  }

  /** White space where a line of the file begins. */
  space(space: string): void {
    if (this.tokens.length === 0 && !/[#\\]/.test(space)) this.indent = widthOf(space);
  }

  newline(): void {
    if (this.depth > 0) return;
    this.end();
    this.indent = 0;
  }

  end(): void {
    const { began: at, indent, tokens } = this;
    if (tokens.length > 0) this.lines.push({ at, indent, tokens });
    this.tokens = [];
  }
}

/** The logical lines of a file. What is no Python comes out as some tokens or other. */
export const linesOf = (text: string): readonly Line[] => {
  const gathered = new Gatherer();
  let at = 1;
  LEXEME.lastIndex = 0;
  for (let found = LEXEME.exec(text); found !== null; found = LEXEME.exec(text)) {
    const [lexeme] = found;
    const { space, end } = found.groups ?? {};
    const begins = found.index === 0 || text[found.index - 1] === "\n";
    if (end !== undefined) gathered.newline();
    else if (space === undefined) gathered.token(tokenOf(found), at);
    else if (begins) gathered.space(space);
    for (let place = lexeme.indexOf("\n"); place !== -1; place = lexeme.indexOf("\n", place + 1))
      at += 1;
  }
  gathered.end();
  return gathered.lines;
};

const tokenOf = ({ 0: text, groups = {} }: RegExpExecArray): Token => {
  if (groups.string !== undefined) return { kind: "string", text: plain(text) };
  if (groups.name !== undefined) return { kind: "name", text };
  if (groups.number !== undefined) return { kind: "number", text: text.replaceAll("_", "") };
  return { kind: "operator", text };
};

const widthOf = (space: string): number =>
  [...space].reduce((width, one) => {
    if (one === "\t") return width + TAB - (width % TAB);
    return one === " " ? width + 1 : width;
  }, 0);

/** A string with the quotes that a formatter gives it. */
const plain = (string: string): string => {
  const [, prefix = "", body = ""] = /^([A-Za-z]*)'([^'"\\]*)'$/.exec(string) ?? [];
  return body === "" ? string : `${prefix.toLowerCase()}"${body}"`;
};

/** What a formatter does not change, as a list to look for other lists in. */
export const textsOf = (lines: readonly Line[]): readonly string[] =>
  withoutLastCommas(lines.flatMap(({ tokens }) => tokens.map(({ text }) => text)));

/** The text in a string without prefix and escapes; undefined for anything else. */
export const stringOf = (token: Token | undefined): string | undefined => {
  if (token?.kind !== "string") return undefined;
  const [, , body] = /^[rRuU]?("""|'''|"|')([\s\S]*)\1$/.exec(token.text) ?? [];
  return body;
};
