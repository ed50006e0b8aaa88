/** A token of any language whose brackets are these and whose items have commas between. */
type Token = { readonly kind: string; readonly text: string };

const OPENS = new Set(["(", "[", "{"]);
const CLOSES = new Set([")", "]", "}"]);

export const opens = ({ kind, text }: Token): boolean => kind === "operator" && OPENS.has(text);
export const closes = ({ kind, text }: Token): boolean => kind === "operator" && CLOSES.has(text);

/** What lies between a bracket and the one that closes it. */
export const bracketed = <Found extends Token>(
  tokens: readonly Found[],
  open: number,
): readonly Found[] => {
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (index < open) continue;
    if (opens(token)) depth += 1;
    if (closes(token)) depth -= 1;
    if (depth === 0) return tokens.slice(open + 1, index);
  }
  return tokens.slice(open + 1);
};

/** What stands between commas outside of all brackets. */
export const items = <Found extends Token>(
  tokens: readonly Found[],
): readonly (readonly Found[])[] => {
  const found: Found[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (closes(token)) depth -= 1;
    if (depth <= 0 && token.kind === "operator" && token.text === ",") {
      found.push([]);
      depth = 0;
    } else {
      found.at(-1)?.push(token);
    }
    if (opens(token)) depth += 1;
  }
  return found.at(-1)?.length === 0 ? found.slice(0, -1) : found;
};

/** Without the comma before a closing bracket, which a formatter adds and takes away. */
export const withoutLastCommas = (texts: readonly string[]): readonly string[] =>
  texts.filter((text, index) => text !== "," || !CLOSES.has(texts[index + 1] ?? ""));
