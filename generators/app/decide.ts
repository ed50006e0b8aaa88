import { basename, resolve } from "node:path";
import type { InputOutputAdapter } from "@yeoman/types";
import { catalogue } from "../../src/options/catalogue.ts";
import { offered } from "../../src/options/resolve.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import type { Answers, Catalogue } from "../../src/options/types.ts";
import { isPackage } from "../../src/plan/pins.ts";
import type { ProjectPlan } from "../../src/plan/types.ts";
import { usableName } from "../../src/project/names.ts";
import { decisions, policyName } from "../../src/project/preset.ts";
import { projectRecord, recordFile } from "../../src/project/record.ts";
import { type ChosenWay, chooseWay } from "../../src/project/toolchain.ts";
import type { RenderedFile } from "../../src/render/types.ts";
import { compare, type FileState } from "../../src/system/files.ts";
import { canCommit, type GitState, gitState } from "../../src/system/git/git.ts";
import { renderProject } from "../../src/system/rendering.ts";
import { loadStack } from "../../src/system/stacks.ts";
import { checkAgreed, replacedBy } from "./agreement.ts";
import { faultOf, items, type NameJudge, type Steps, wantedSteps } from "./ask.ts";
import { type Replaced, settleConflicts } from "./conflicts.ts";
import { findWay } from "./install.ts";
import { Interview } from "./interview.ts";
import { findPlace, type Place } from "./place.ts";
import type { Request } from "./request.ts";
import { review } from "./review.ts";

/** What is known once every question is answered. */
export type Decided = {
  readonly place: Place;
  readonly plan: ProjectPlan;
  /** Everything that the project is made of, its record too. */
  readonly project: readonly RenderedFile[];
  readonly way: ChosenWay;
  readonly git: GitState;
  readonly steps: Steps;
  /** What is in the way of each file, and which of that is replaced. */
  readonly states: ReadonlyMap<string, FileState>;
  readonly replaced: Replaced;
};

/**
 * Comes from what was given to a project in memory, by way of the questions that are left.
 * @throws Cancelled when the user declines
 */
export async function decide(
  request: Request,
  given: Answers,
  adapter: InputOutputAdapter,
): Promise<Decided> {
  if (request.yes)
    return settled(request, await planned(request, given, wantedSteps(request, {})), adapter);
  await checkLayers(request, given);
  const { terminal, version } = request;
  const judge = await nameJudge(request, given);
  const possible = async (answers: Answers): Promise<Steps> => {
    const { way, git } = await surroundings(request, { ...given, ...options(answers) });
    return { install: way.ready, git: canCommit(git) };
  };
  let isCustom = false;
  const wanted = items({ ...request, answers: given }, judge, possible, () => isCustom);
  const interview = new Interview(adapter, terminal, wanted);
  terminal.line(terminal.bold(`create-secure-api ${version}`));
  terminal.say(
    "Answer a few questions to create a secured API service. Nothing is written until you confirm.",
  );
  terminal.line();
  sayDecided(request);
  for (;;) {
    await interview.run();
    const { answers } = interview;
    const steps = wantedSteps(request, answers);
    const decided = await planned(request, { ...given, ...options(answers) }, steps);
    const isPlan = request.plan !== undefined;
    const verdict = await review(adapter, terminal, decided, {
      isCustom,
      isPlan,
      policy: request.preset?.policy,
    });
    if (verdict === "write") return settled(request, decided, adapter);
    if (verdict === "customise") isCustom = true;
    else if (verdict === "back") interview.back();
    else await interview.change();
  }
}

/** What is wrong with the layers of a preset is said before anything is asked. */
async function checkLayers(request: Request, given: Answers): Promise<void> {
  const { preset, root } = request;
  if (preset === undefined) return;
  const { overlaid } = await import("../../src/plan/overlay.ts");
  for (const stack of possibleStacks(request, given)) {
    overlaid(await loadStack(stack, root), preset.overlay, { stack });
  }
}

/** What is not asked for, and who decided it. */
function sayDecided({ preset, terminal }: Request): void {
  if (preset === undefined) return;
  const { line, bold, say } = terminal;
  const decided = decisions(preset.policy);
  const by = policyName(preset.policy);
  line(bold(decided.length === 0 ? `With ${by}.` : `Decided by ${by}:`));
  for (const { label, choice, reason } of decided) {
    say(`✔ ${label}: ${choice}. ${reason}`);
  }
  line();
}

/** The answers that are about the project, and not about what is done with it. */
const options = (answers: Answers): Answers => {
  const ids = catalogue.map(({ id }) => id);
  return Object.fromEntries(Object.entries(answers).filter(([id]) => ids.includes(id)));
};

/** The catalogue as it is offered here. */
export const offeredIn = ({ preset }: Request): Catalogue => preset?.catalogue ?? catalogue;

/** The stacks that can still be chosen: one where nothing is asked. */
const possibleStacks = (request: Request, given: Answers): readonly string[] => {
  const list = offeredIn(request);
  if (request.yes) return [String(parseAnswers(given, list).selection.stack)];
  return list.flatMap((option) =>
    option.kind === "choice" && option.id === "stack"
      ? offered(list, option, given)
          .map(({ id }) => id)
          .filter((id) => id === (given.stack ?? id))
      : [],
  );
};

/** A name may be neither a package of a stack nor, where it is one, a folder that is taken. */
export async function nameJudge(request: Request, given: Answers): Promise<NameJudge> {
  const stacks = await Promise.all(
    possibleStacks(request, given).map((stack) => loadStack(stack, request.root)),
  );
  const { cwd, directory } = request;
  const fault = (name: string): string | undefined => {
    if (stacks.some(({ pins }) => isPackage(pins, name)))
      return `'${name}' is the name of a package that projects depend on.`;
    return directory === undefined ? faultOf(() => findPlace(request, name)) : undefined;
  };
  const suggested =
    directory === undefined ? undefined : usableName(basename(resolve(cwd, directory)));
  return { fault, suggested };
}

/** What the machine has to install and to commit with. */
async function surroundings(
  request: Request,
  answers: Answers,
): Promise<{ readonly way: ChosenWay; readonly git: GitState }> {
  const { name, selection } = parseAnswers(answers, offeredIn(request));
  const { toolchain } = await loadStack(String(selection.stack), request.root);
  // Who wants neither step here may take it elsewhere: what this machine has does not count then.
  const way = request.install === false ? chooseWay(toolchain, {}) : await findWay(toolchain);
  const { target } = findPlace(request, name);
  return { way, git: request.git === false ? "none" : await gitState(target) };
}

async function planned(request: Request, answers: Answers, steps: Steps): Promise<Decided> {
  const parsed = parseAnswers(answers, offeredIn(request));
  const place = findPlace(request, parsed.name);
  const { preset } = request;
  if (preset !== undefined) {
    const { checkRequired } = await import("../../src/options/policy.ts");
    checkRequired(preset.policy, answers, preset.catalogue);
  }
  const { planned, project } = await renderProject(parsed, request);
  const record = recordFile(projectRecord(request.version, parsed, project, preset?.mark));
  const { way, git } = await surroundings(request, answers);
  const files = [...project.files, record];
  const states = compare(place.target, files, place.shown);
  return {
    place,
    plan: planned,
    project: files,
    way,
    git,
    steps,
    states,
    replaced: new Set(),
  };
}

async function settled(
  request: Request,
  decided: Decided,
  adapter: InputOutputAdapter,
): Promise<Decided> {
  const { place, project, states } = decided;
  const conflicts = project.filter(({ path }) => states.get(path) === "conflict");
  if (request.plan?.agreed === undefined) {
    return { ...decided, replaced: await settleConflicts(request, place, conflicts, adapter) };
  }
  // The user was asked for each file when planning: the plan contains the answers.
  const replaced =
    request.existing === undefined
      ? replacedBy(request.plan.agreed)
      : await settleConflicts(request, place, conflicts, adapter);
  checkAgreed(request, { ...decided, replaced });
  return { ...decided, replaced };
}
