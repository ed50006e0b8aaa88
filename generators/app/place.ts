import { basename, resolve } from "node:path";
import { excerpt, UserError } from "../../src/errors.ts";
import { catalogue } from "../../src/options/catalogue.ts";
import { parseAnswer } from "../../src/options/schema.ts";
import type { Answers } from "../../src/options/types.ts";
import { checkDirectory, usableName } from "../../src/project/names.ts";
import { type Found, lookAt } from "../../src/system/files.ts";
import type { Request } from "./request.ts";

const nameOption = catalogue.find(({ id }) => id === "name");

/** The answers with the name that follows from the directory, when only that was given. */
export function withName({ answers, directory, cwd, yes }: Request): Answers {
  if (answers.name !== undefined || directory === undefined) return answers;
  const name = basename(resolve(cwd, directory));
  if (nameOption === undefined) return answers;
  try {
    return { ...answers, name: parseAnswer(nameOption, name) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // If questions are asked, the directory suggests the default.
    if (!yes) return answers;
    const instead = usableName(name) ?? "NAME";
    const fix = `${error.fix} Give another directory, or add --name ${instead}.`;
    throw new UserError(error.what, excerpt(directory), fix, { cause: error });
  }
}

/** Where a project goes, how to say that, and what is there. */
export type Place = { readonly target: string; readonly shown: string; readonly found: Found };

/**
 * The place of a project: the directory that was given, or else one with the project's name.
 * @throws UserError when it is taken, or has control characters
 */
export function findPlace(request: Request, name: string): Place {
  const { cwd, directory } = request;
  const written = directory ?? name;
  checkDirectory(written);
  const shown = excerpt(written);
  const target = resolve(cwd, written);
  const found = lookAt(target, shown);
  if (found.work.length > 0 && !mayBeOccupied(request)) {
    throw new UserError(
      "This directory is not empty.",
      shown,
      "Nothing was written. Use another directory, or choose what happens to existing files with --existing keep or --existing replace.",
      { code: "directory" },
    );
  }
  return { target, shown: written, found };
}

/** The handling of its files is given, or it was given by name and questions are asked. */
const mayBeOccupied = ({ existing, dryRun, directory, yes, plan }: Request): boolean =>
  dryRun ||
  plan?.agreed !== undefined ||
  (existing === undefined ? directory !== undefined && !yes : existing !== "refuse");

/**
 * Refuses to start what would end in a question that cannot be asked.
 * @throws UserError when there are questions and no terminal
 */
export function requireAnswers({ yes, interactive }: Request): void {
  if (yes || interactive) return;
  throw new UserError(
    "There is no terminal for the questions.",
    "create-secure-api",
    "Add --yes to use the default of every option that is not given (--help lists them).",
    { code: "terminal" },
  );
}
