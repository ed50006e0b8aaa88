import { FAILSAFE_SCHEMA, loadAll, YAMLException } from "js-yaml";
import { type ErrorCode, excerpt, UserError } from "../errors.ts";

const MOST_CHARACTERS = 100_000;
const MOST_NESTED = 32;

/**
 * What a text of YAML or JSON holds. Every value is read as the text that it is written with:
 * `0.140` is no number here.
 * @param shown the file as the user wrote it, for messages
 * @throws UserError that names the file and the line
 */
export const parseYaml = (text: string, shown: string, code: ErrorCode): unknown => {
  const refuse = (what: string, cause?: unknown) =>
    new UserError(what, shown, "Correct the file: it must be YAML or JSON.", { code, cause });
  if (text.length > MOST_CHARACTERS)
    throw refuse(`It is longer than ${MOST_CHARACTERS} characters.`);
  const [document, another] = documents(text, refuse);
  if (another !== undefined) throw refuse("It holds more than one document.");
  return document;
};

const documents = (
  text: string,
  refuse: (what: string, cause: unknown) => UserError,
): readonly unknown[] => {
  try {
    // JSON is YAML, too. In the failsafe schema nothing is a number, a date or a boolean. A few
    // aliases of aliases would unfold to gigabytes.
    return loadAll(text, { schema: FAILSAFE_SCHEMA, maxDepth: MOST_NESTED, maxAliases: 0 });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined ? "" : `Line ${error.mark.line + 1}: `;
    throw refuse(`${line}${excerpt(error.reason)}.`, error);
  }
};
