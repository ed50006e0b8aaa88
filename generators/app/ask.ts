import { UserError } from "../../src/errors.ts";
import { type Fault, type Question, questions } from "../../src/options/questions.ts";
import type { Answers } from "../../src/options/types.ts";
import { usableName } from "../../src/project/names.ts";
import type { Item, Prompt } from "./interview.ts";
import type { Request } from "./request.ts";

/** What is done once the files are there. */
export type Steps = { readonly install: boolean; readonly git: boolean };

/** What the questions need to know of the place and of the stack. */
export type NameJudge = {
  /** Why a name of the right form cannot be used here; undefined when it can. */
  readonly fault: (name: string) => string | undefined;
  /** The name that the given directory suggests. */
  readonly suggested: string | undefined;
};

/** A question of the catalogue as one of the interview. */
const item = (
  question: Question,
  given: Answers,
  judge: NameJudge,
  custom: () => boolean,
): Item => {
  const { name, label, message, hint, position } = question;
  const asked = { message, hint, position };
  const prompt = (answers: Answers): Prompt => {
    const known = { ...answers, ...given };
    if (question.type === "checkbox") {
      const choices = question.choices(answers);
      return { type: "checkbox", ...asked, default: [...question.default(known)], choices };
    }
    const first = question.default(known);
    const usual = name === "name" ? (judge.suggested ?? first) : first;
    const config = { ...asked, ...(usual === undefined ? {} : { default: usual }) };
    return question.type === "select"
      ? { type: "select", ...config, choices: question.choices(answers) }
      : { type: "input", ...config, judge: withPlace(question.judge, name, judge) };
  };
  const when = (answers: Answers) => question.when(answers) && (!question.custom || custom());
  return { name, label, when, prompt };
};

/** A name is also a folder and a package: one that is taken is asked for again. */
const withPlace =
  (judge: (value: string) => Fault | undefined, name: string, { fault }: NameJudge) =>
  (value: string): Fault | undefined => {
    const refused = judge(value);
    if (refused !== undefined || name !== "name") return refused;
    const taken = fault(value);
    if (taken === undefined) return undefined;
    const instead = usableName(value, (other) => fault(other) !== undefined);
    return instead === undefined ? { fault: taken } : { fault: taken, instead };
  };

const yesOrNo = [
  { value: "yes", name: "Yes" },
  { value: "no", name: "No" },
];

/** The questions of an interview: those of the catalogue, then which steps are wanted. */
export const items = (
  request: Request,
  judge: NameJudge,
  possible: (answers: Answers) => Promise<Steps>,
  custom: () => boolean,
): readonly Item[] => [
  ...questions(request.answers, request.preset?.catalogue).map((question) =>
    item(question, request.answers, judge, custom),
  ),
  {
    name: "install",
    label: "Install",
    when: async (answers) => request.install === undefined && (await possible(answers)).install,
    prompt: () => ({
      type: "select",
      message: "Install the dependencies now?",
      choices: yesOrNo,
    }),
  },
  {
    name: "git",
    label: "Commit",
    when: async (answers) => request.git === undefined && (await possible(answers)).git,
    prompt: () => ({
      type: "select",
      message: "Create a first commit with git?",
      choices: yesOrNo,
    }),
  },
];

/** Which steps are wanted: what was asked for, or else what the answers say, or else all. */
export const wantedSteps = ({ install, git }: Request, answers: Answers): Steps => ({
  install: install ?? answers.install !== "no",
  git: git ?? answers.git !== "no",
});

/** The message of a mistake, for a question that is then asked again. */
export const faultOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.what;
    throw error;
  }
};
