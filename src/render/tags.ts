/** What a tag may say: end a loop, begin one over a list, print one value, or be a comment. */
const LOOP = /^for \(const (?:\w+|\[\w+, \w+\]) of ([^;]+)\) \{$/;
const TAG = /<%(?!%)([=_#-]?)([\s\S]*?)([_-]?)%>/g;
const BRANCHES =
  /[?!]|&&|\|\||===?|[<>]|\b(?:if|else|switch|include|function|new|this)\b|\.(?:filter|find\w*|some|every|includes|has|at|slice)\b/;
const ARROW = /=>/g;
const STRINGS = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

/**
 * Laws 2 and 6: a template loops and prints. It asks nothing, and it prints nothing raw.
 * @throws Error that names the line, the tag and what to do
 */
export const checkTemplate = (text: string): void => {
  for (const match of text.matchAll(TAG)) {
    const fault = tagFault(match[1] ?? "", (match[2] ?? "").trim());
    if (fault === undefined) continue;
    const line = text.slice(0, match.index).split("\n").length;
    throw new Error(`line ${line}: '${match[0]}' ${fault}`);
  }
};

const tagFault = (kind: string, code: string): string | undefined => {
  if (kind === "#") return undefined;
  if (kind === "-") return "prints raw text; print it with <%= and the printer of the language";
  if (kind === "=") return expressionFault(code);
  if (code === "}") return undefined;
  const [, list] = LOOP.exec(code) ?? [];
  return list === undefined
    ? "is no loop 'for (const x of list) {' and no '}'; put what differs into a layer of its own"
    : expressionFault(list);
};

const expressionFault = (code: string): string | undefined => {
  const [found] = BRANCHES.exec(code.replace(STRINGS, '""').replace(ARROW, "")) ?? [];
  if (code.includes("`")) return "holds a template string; use a printer";
  return found === undefined
    ? undefined
    : `holds '${found}': a template asks nothing; put what differs into a layer of its own`;
};
