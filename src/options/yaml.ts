import { parseDocument } from "yaml";
import { type ErrorCode, excerpt, UserError } from "../errors.ts";

const MOST_CHARACTERS = 100_000;
const MOST_NESTED = 32;
/** Lists in lists on one line: `- - - x`. */
const INLINE = new RegExp(`(?:[-?:][ \\t]+){${MOST_NESTED}}`);

/**
 * What a text of YAML or JSON holds. Every value is read as the text that it is written with:
 * `0.140` is no number here.
 * @param shown the file as the user wrote it, for messages
 * @throws UserError that names the file and the line
 */
export const parseYaml = (text: string, shown: string, code: ErrorCode): unknown => {
  const refuse = (what: string, cause?: unknown) =>
    new UserError(what, shown, "Mend the file: it is YAML or JSON.", { code, cause });
  if (text.length > MOST_CHARACTERS)
    throw refuse(`It is longer than ${MOST_CHARACTERS} characters.`);
  // The parser calls itself for each bracket, and deep enough that ends the process.
  if (nesting(text) > MOST_NESTED || INLINE.test(text)) throw refuse("It is nested too deeply.");
  // JSON is YAML, too. In the failsafe schema nothing is a number, a date or a boolean.
  const document = parseDocument(text, { schema: "failsafe", uniqueKeys: true });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) throw refuse(excerpt(fault.message.split("\n", 1)[0] ?? ""));
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw refuse("It has an alias, such as '*name': write the value out.", error);
  }
};

/** How deep brackets lie in each other. */
const nesting = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth = Math.max(0, depth - 1);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
};
