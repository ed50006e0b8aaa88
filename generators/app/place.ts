import { basename, resolve } from "node:path";
import { UserError } from "../../src/errors.ts";
import { catalogue } from "../../src/options/catalogue.ts";
import { parseAnswer } from "../../src/options/schema.ts";
import type { Answers } from "../../src/options/types.ts";
import type { Request } from "./request.ts";
import { checkTarget } from "./target.ts";

const nameOption = catalogue.find(({ id }) => id === "name");

/** The answers with the name that follows from the directory, when only that was given. */
export function withName({ answers, directory, cwd }: Request): Answers {
  if (answers.name !== undefined || directory === undefined) return answers;
  const name = basename(resolve(cwd, directory));
  if (nameOption === undefined) return answers;
  try {
    return { ...answers, name: parseAnswer(nameOption, name) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const fix = `${error.fix} Give another directory, or add --name NAME.`;
    throw new UserError(error.what, directory, fix, { cause: error });
  }
}

/** Where a project goes, and how to say that. */
export type Place = { readonly target: string; readonly shown: string };

/**
 * The place of a project: the directory that was given, or else one with the project's name.
 * @throws UserError when it is taken
 */
export function findPlace({ cwd, directory }: Request, name: string): Place {
  const shown = directory ?? name;
  const target = resolve(cwd, shown);
  checkTarget(target, shown);
  return { target, shown };
}

/**
 * Refuses to begin what would end in a question to nobody.
 * @throws UserError when there are questions and no terminal
 */
export function requireAnswers({ yes, interactive }: Request): void {
  if (yes || interactive) return;
  throw new UserError(
    "There is no terminal to ask in.",
    "create-secure-api",
    "Add --yes: what is not given as a flag then takes its default (--help lists them).",
  );
}
