import { againCommand, shellCommand } from "../../src/project/command.ts";
import type { Outcome, OutcomeFile, Unfinished } from "../../src/project/outcome.ts";
import { policyName, replacedIn } from "../../src/project/preset.ts";
import { gitBlobHash, isSecret } from "../../src/project/record.ts";
import { nextSteps } from "../../src/project/steps.ts";
import {
  bareSecrets,
  type FirstCommit,
  fromScratch,
  makeRepository,
} from "../../src/system/git/git.ts";
import { loadStack } from "../../src/system/stacks.ts";
import {
  takenIn,
  type Workspace,
  workspacesAround,
} from "../../src/system/workspaces/workspaces.ts";
import { planTextOf } from "./agreement.ts";
import type { Decided } from "./decide.ts";
import { findWay, type Installation, install } from "./install.ts";
import { isOpen, planToMake, type Request } from "./request.ts";

/** What a run of this would come to, with nothing made. */
export function outline(request: Request, decided: Decided): Outcome {
  const { place, plan, way, steps } = decided;
  const { program } = request;
  const file = planToMake(request);
  return {
    dryRun: true,
    plan: file === undefined ? undefined : { file, text: planTextOf(request, decided) },
    target: place.target,
    directory: place.shown,
    files: files(decided, isOpen(request)),
    labels: Object.values(plan.labels),
    preset: request.preset,
    warnings: [
      ...presetNotes(request, decided),
      ...workspaceNotes(decided, workspacesAround(place.target)),
    ],
    installed: false,
    commit: undefined,
    unfinished: [],
    needs: plan.needs,
    documentation: plan.documentation,
    remaining: way.install,
    steps: nextSteps(plan.steps, plan.options.name, way.program),
    again: againCommand(plan.options, {
      program,
      directory: place.shown,
      preset: request.preset?.from,
      ...steps,
    }),
  };
}

/** Installs and commits what was written, as far as wanted and possible. */
export async function finish(
  request: Request,
  decided: Decided,
  written: ReadonlySet<string>,
): Promise<Outcome> {
  const { place, plan, way, git, steps } = decided;
  const directory = place.shown;
  const message = `Create ${plan.options.name} with create-secure-api ${request.version}`;
  const commits = steps.git && git !== "inside" ? fromScratch(message) : [];

  const toInstall = steps.install ? way.install : [];
  const toLock = steps.install ? [] : (way.lock ?? []);
  request.onProgress?.({ directory, remaining: [...toInstall, ...toLock, ...commits] });
  const workspaces = workspacesAround(place.target);
  const installation = await makeInstallation(request, decided, workspaces);
  const locking = await makeLock(request, decided, workspaces);
  const stillToInstall = steps.install ? installation.remaining : [];
  request.onProgress?.({ directory, remaining: [...stillToInstall, ...commits] });
  const commit = await makeCommit(decided, message, written);
  request.onProgress?.({ directory, remaining: stillToInstall });

  return {
    ...outline(request, decided),
    dryRun: false,
    warnings: [
      ...presetNotes(request, decided),
      ...keptNote(decided),
      ...gitNotes(decided),
      ...(await secretsNote(decided)),
      ...workspaceNotes(decided, workspaces),
    ],
    installed: installation.remaining.length === 0,
    commit: commit?.made === true ? commit.hash : undefined,
    unfinished: [
      ...installationFault(decided, installation, workspaces),
      ...lockFault(locking),
      ...commitFault(decided, commit, message, request.git === true),
    ],
    remaining: installation.remaining,
  };
}

const files = ({ project, states, replaced }: Decided, open: boolean): readonly OutcomeFile[] =>
  project.map(({ path, content }) => {
    const found = states.get(path) ?? "new";
    const settled = replaced.has(path) ? "replaced" : "kept";
    const state = found === "conflict" && !open ? settled : found;
    return isSecret(path) ? { path, state } : { path, state, hash: gitBlobHash(content) };
  });

/** A file that is not what create-secure-api writes is said. */
function presetNotes({ preset }: Request, { plan }: Decided): readonly string[] {
  if (preset === undefined) return [];
  const replaced = Object.entries(replacedIn(preset.policy, plan.files));
  return replaced.map(
    ([path, reason]) => `${policyName(preset.policy)} replaces ${path}: ${reason}`,
  );
}

function keptNote({ states, replaced }: Decided): readonly string[] {
  const kept = [...states].filter(([path, state]) => state === "conflict" && !replaced.has(path));
  if (kept.length === 0) return [];
  return [
    `Kept unchanged, although the project expects other contents: ${kept.map(([path]) => path).join(", ")}.`,
  ];
}

function gitNotes({ git, steps }: Decided): readonly string[] {
  return steps.git && git === "inside"
    ? ["This directory is in a git repository that has commits, so nothing was committed."]
    : [];
}

/** Where the user's own .gitignore was kept, `git add --all` would commit the secrets. */
async function secretsNote({ place }: Decided): Promise<readonly string[]> {
  const bare = await bareSecrets(place.target);
  return bare.length === 0
    ? []
    : [`.gitignore does not name ${bare.join(" and ")}: add a line for each, before you commit.`];
}

const hasFile =
  ({ project }: Decided) =>
  (wanted: string): boolean =>
    project.some(({ path }) => path === wanted);

const workspaceNotes = (decided: Decided, workspaces: readonly Workspace[]): readonly string[] => {
  const has = hasFile(decided);
  return workspaces.map(({ manager, root, manifest, isMember, exclusion }) => {
    if (!has(manifest)) {
      return `This directory is in the ${manager} workspace of ${root}, but not part of it, because it has no ${manifest}.`;
    }
    return isMember
      ? `The ${manager} workspace of ${root} would include this project, which has its own pins and lock file. ${exclusion}`
      : `This directory is in the ${manager} workspace of ${root}, but not a member of it.`;
  });
};

async function makeInstallation(
  { terminal }: Request,
  decided: Decided,
  workspaces: readonly Workspace[],
): Promise<Installation> {
  const { place, way, steps } = decided;
  if (!steps.install || !way.ready || takenIn(workspaces, hasFile(decided)) !== undefined) {
    return { remaining: way.install };
  }
  if (way.note !== undefined) terminal.say(way.note);
  return install(way, place.target, terminal);
}

/** Pins the packages of a project that is not installed; undefined where nothing here can. */
async function makeLock(
  { terminal, root }: Request,
  decided: Decided,
  workspaces: readonly Workspace[],
): Promise<Installation | undefined> {
  const { place, plan, way, steps } = decided;
  if (steps.install || way.lock === undefined) return undefined;
  if (takenIn(workspaces, hasFile(decided)) !== undefined) return undefined;
  const { toolchain } = await loadStack(String(plan.options.selection.stack), root);
  const found = await findWay(toolchain);
  if (!found.ready || found.lock === undefined) return undefined;
  return install({ ...found, install: found.lock }, place.target, terminal);
}

const lockFault = (locking: Installation | undefined): readonly Unfinished[] =>
  locking?.failure === undefined
    ? []
    : [
        {
          what: "The versions of the dependencies were not locked.",
          why: `${shellCommand(locking.failure.command)} failed:\n${locking.failure.lastWords}`,
          run: locking.remaining,
        },
      ];

async function makeCommit(
  { place, git, steps }: Decided,
  message: string,
  written: ReadonlySet<string>,
): Promise<FirstCommit | undefined> {
  if (!steps.git || git === "inside" || git === "absent") return undefined;
  return makeRepository(place.target, message, { written, before: new Set(place.found.entries) });
}

function installationFault(
  decided: Decided,
  { failure, remaining }: Installation,
  workspaces: readonly Workspace[],
): readonly Unfinished[] {
  const { way, steps } = decided;
  if (!steps.install || remaining.length === 0) return [];
  const what = "The dependencies were not installed.";
  const workspace = takenIn(workspaces, hasFile(decided));
  if (workspace !== undefined) {
    const why = `${workspace.manager} would install the workspace. ${workspace.exclusion}`;
    return [{ what, why, run: remaining }];
  }
  const why =
    failure === undefined
      ? (way.note ?? "")
      : `${shellCommand(failure.command)} failed:\n${failure.lastWords}`;
  return [{ what, why, run: remaining }];
}

function commitFault(
  { git, steps }: Decided,
  commit: FirstCommit | undefined,
  message: string,
  demanded: boolean,
): readonly Unfinished[] {
  const what = "The first commit was not created.";
  if (!steps.git) return [];
  if (git === "absent") return [{ what, why: "git was not found.", run: fromScratch(message) }];
  if (commit?.made === false) return [{ what, why: commit.why, run: commit.remaining }];
  if (git !== "inside" || !demanded) return [];
  const why =
    "This directory is in a git repository that has commits: commit the new files there yourself.";
  return [{ what, why, run: fromScratch(message).slice(1) }];
}
