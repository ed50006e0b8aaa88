import { fits, spaces } from "./lines.ts";

const INDENT = 2;

type Bracket = {
  /** What stands before the items, such as `rate(`. */
  readonly open: string;
  readonly items: readonly Expression[];
  readonly close: string;
};
type Property = { readonly key: string; readonly value: Expression };

/** A TypeScript expression that a formatter may break: text, a bracket around items, a property. */
export type Expression = string | Bracket | Property;

const isText = (expression: Expression): expression is string => typeof expression === "string";
const isProperty = (expression: Expression): expression is Property =>
  !isText(expression) && "key" in expression;

const flat = (expression: Expression): string => {
  if (isText(expression)) return expression;
  if (isProperty(expression)) return `${expression.key}: ${flat(expression.value)}`;
  const { open, items, close } = expression;
  if (items.length === 0) return open + close;
  const space = close === "}" ? " " : "";
  return open + space + items.map(flat).join(", ") + space + close;
};

/** An object or a list, which can stay on the line of the call whose last argument it is. */
const isHugged = (expression: Expression | undefined): expression is Bracket =>
  expression !== undefined &&
  !isText(expression) &&
  !isProperty(expression) &&
  (expression.open === "{" || expression.open === "[") &&
  expression.items.length > 0;

/**
 * The expression, over several lines where it does not fit on one.
 * @param indent the indentation of the line that it begins on
 * @param before what stands before it on that line
 * @param after what stands behind it
 */
export const laidOut = (
  expression: Expression,
  indent: number,
  before: string,
  after: string,
): string => {
  const one = flat(expression);
  if (fits(spaces(indent) + before + one + after)) return one;
  return broken(expression, indent, before);
};

const broken = (expression: Expression, indent: number, before: string): string => {
  if (isText(expression)) return expression;
  if (isProperty(expression)) return brokenProperty(expression, indent);
  const { open, items, close } = expression;
  const last = items.at(-1);
  if (open.endsWith("(") && isHugged(last)) {
    const first = items.slice(0, -1).map((item) => `${flat(item)}, `);
    const head = open + first.join("");
    if (fits(spaces(indent) + before + head + last.open)) {
      return head + broken(last, indent, before + head) + close;
    }
  }
  if (items.length === 0) return open + close;
  const inner = indent + INDENT;
  const lines = items.map((item) => `${spaces(inner)}${laidOut(item, inner, "", ",")},`);
  return [open, ...lines, spaces(indent) + close].join("\n");
};

/** A text that is too long for the line of its key has a line of its own. */
const brokenProperty = ({ key, value }: Property, indent: number): string =>
  isText(value)
    ? `${key}:\n${spaces(indent + INDENT)}${value}`
    : `${key}: ${broken(value, indent, `${key}: `)}`;
