import { fits, spaces } from "./lines.ts";

const INDENT = 4;

type Bracket = {
  readonly open: string;
  readonly items: readonly Expression[];
  readonly close: string;
};

/** `… | None` */
type Optional = { readonly optional: Expression };

/** A Python expression that a formatter may break: text, a bracket around items, or a union. */
export type Expression = string | Bracket | Optional;

export const flat = (expression: Expression): string => {
  if (typeof expression === "string") return expression;
  if ("optional" in expression) return `${flat(expression.optional)} | None`;
  return `${expression.open}${expression.items.map(flat).join(", ")}${expression.close}`;
};

/**
 * The expression over several lines, the way ruff does it: all items on one line of their own, or
 * else one a line with a trailing comma.
 * @param indent the indentation of the line that it begins on
 */
const broken = (expression: Expression, indent: number): string => {
  if (typeof expression === "string") return expression;
  if ("optional" in expression) {
    return `${broken(expression.optional, indent)}\n${spaces(indent)}| None`;
  }
  const inner = indent + INDENT;
  const { open, items, close } = expression;
  const one = spaces(inner) + items.map(flat).join(", ");
  const lines = fits(one)
    ? [one]
    : items.map((item) => {
        const line = `${spaces(inner)}${flat(item)},`;
        return fits(line) ? line : `${spaces(inner)}${broken(item, inner)},`;
      });
  return [open, ...lines, spaces(indent) + close].join("\n");
};

/** An annotated assignment in a class body. */
export const assignment = (
  name: string,
  annotation: Expression,
  value: Expression | undefined,
): string => {
  const head = `${name}: `;
  const tail = value === undefined ? "" : ` = ${flat(value)}`;
  const whole = head + flat(annotation) + tail;
  if (fits(spaces(INDENT) + whole)) return whole;
  const opened = `${head}${flat(annotation)} = ${openOf(value)}`;
  if (value !== undefined && fits(spaces(INDENT) + opened)) {
    return typeof value === "string"
      ? `${opened}\n${spaces(2 * INDENT)}${value}\n${spaces(INDENT)})`
      : `${head}${flat(annotation)} = ${broken(value, INDENT)}`;
  }
  return head + brokenAnnotation(annotation) + tail;
};

/** A union has no bracket of its own: it gets a pair. */
const brokenAnnotation = (annotation: Expression): string => {
  if (typeof annotation === "string" || !("optional" in annotation)) {
    return broken(annotation, INDENT);
  }
  const inner = spaces(2 * INDENT);
  const one = inner + flat(annotation);
  const body = fits(one) ? one : inner + broken(annotation, 2 * INDENT);
  return `(\n${body}\n${spaces(INDENT)})`;
};

const openOf = (value: Expression | undefined): string =>
  typeof value === "object" && "open" in value ? value.open : "(";
