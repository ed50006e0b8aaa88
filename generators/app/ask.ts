import type { InputOutputAdapter } from "@yeoman/types";
import { UserError } from "../../src/errors.ts";
import { type Question, questions } from "../../src/options/questions.ts";
import type { Answers } from "../../src/options/types.ts";
import { findPlace } from "./place.ts";
import type { Request } from "./request.ts";

/** A name is also a folder, unless a directory was given: one that is taken is asked for again. */
function withPlace(question: Question, request: Request): Question {
  if (question.type !== "input" || question.name !== "name") return question;
  const validate = (value: string): true | string => {
    const judged = question.validate(value);
    if (judged !== true || request.directory !== undefined) return judged;
    try {
      findPlace(request, value);
      return true;
    } catch (error) {
      if (error instanceof UserError) return `${error.where}: ${error.what} Take another name.`;
      throw error;
    }
  };
  return { ...question, validate };
}

/** Asks for what is not answered yet. */
export async function askOptions(
  adapter: InputOutputAdapter,
  given: Answers,
  request: Request,
): Promise<Answers> {
  const asked = questions(given).map((question) => withPlace(question, request));
  return { ...given, ...(await adapter.prompt<Record<string, unknown>>(asked)) };
}

/** What is done once the files are there. */
export type Steps = { readonly install: boolean; readonly git: boolean };

/** Which steps are wanted: the possible ones are offered, unless they were decided beforehand. */
export async function askSteps(
  adapter: InputOutputAdapter,
  request: Request,
  possible: Steps,
): Promise<Steps> {
  const { install, git, yes } = request;
  if (yes) return { install, git };
  const answers = await adapter.prompt<Partial<Steps>>([
    {
      type: "confirm",
      name: "install",
      message: "Install the dependencies now?",
      default: true,
      when: install && possible.install,
    },
    {
      type: "confirm",
      name: "git",
      message: "Make a git repository with a first commit?",
      default: true,
      when: git && possible.git,
    },
  ]);
  return { install: answers.install ?? install, git: answers.git ?? git };
}
