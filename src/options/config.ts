import { excerpt, UserError } from "../errors.ts";
import { catalogue as ours } from "./catalogue.ts";
import { flagOf } from "./flags.ts";
import { parseGiven } from "./schema.ts";
import type { Answer, Answers, Catalogue } from "./types.ts";
import { parseYaml } from "./yaml.ts";

/**
 * The answers in a file of YAML or JSON, by option. Every value is read as the text that it is
 * written with: `0.140` is no number here.
 * @param shown the file as the user wrote it, for messages
 * @throws UserError that names the file and the option
 */
export const parseConfig = (text: string, shown: string, catalogue: Catalogue = ours): Answers => {
  const data = parseYaml(text, shown, "config");
  const answers = record(data, shown);
  try {
    return parseGiven(answers, catalogue);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const option = error.where.replace(flagOf(""), "");
    throw new UserError(error.what, `${shown}: ${option}`, error.fix, {
      cause: error,
      code: "config",
    });
  }
};

const record = (data: unknown, shown: string): Answers => {
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw configError("It holds no options.", shown, "Write one a line, such as 'auth: session'.");
  }
  const entries = Object.entries(data).map(([key, value]): [string, Answer] => {
    if (typeof value === "string") return [key, value];
    if (Array.isArray(value) && value.every((one) => typeof one === "string")) return [key, value];
    const where = `${shown}: ${excerpt(key)}`;
    throw configError(
      "Its value is neither text nor a list of texts.",
      where,
      "Write one value beside the option.",
    );
  });
  return Object.fromEntries(entries);
};

const configError = (what: string, where: string, fix: string): UserError =>
  new UserError(what, where, fix, { code: "config" });
