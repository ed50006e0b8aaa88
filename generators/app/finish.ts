import { againCommand, shellCommand } from "../../src/project/command.ts";
import type { Outcome, Unfinished } from "../../src/project/outcome.ts";
import { nextSteps } from "../../src/project/steps.ts";
import { type FirstCommit, fromScratch, makeRepository } from "../../src/system/git.ts";
import type { Decided } from "./index.ts";
import { type Installation, install } from "./install.ts";
import type { Request } from "./request.ts";

/** Installs and commits what was written, as far as wanted and possible. */
export async function finish(
  request: Request,
  decided: Decided,
  written: ReadonlySet<string>,
): Promise<Outcome> {
  const { place, plan, way, git, steps } = decided;
  const { name } = plan.options;
  const directory = place.shown;
  const message = `Create ${name} with create-secure-api ${request.version}`;
  const commits = steps.git && git !== "inside" ? fromScratch(message) : [];

  const toInstall = steps.install ? way.install : [];
  request.onProgress?.({ directory, remaining: [...toInstall, ...commits] });
  const installation = await makeInstallation(request, decided);
  const stillToInstall = steps.install ? installation.remaining : [];
  request.onProgress?.({ directory, remaining: [...stillToInstall, ...commits] });
  const commit = await makeCommit(decided, message, written);
  request.onProgress?.({ directory, remaining: stillToInstall });

  return {
    target: place.target,
    directory,
    files: [...written],
    labels: Object.values(plan.labels),
    warnings: warnings(decided, commit),
    installed: installation.remaining.length === 0,
    commit: commit?.made === true ? commit.hash : undefined,
    unfinished: [
      ...installationFault(decided, installation),
      ...commitFault(decided, commit, message, request.git === true),
    ],
    needs: plan.needs,
    documentation: plan.documentation,
    remaining: installation.remaining,
    steps: nextSteps(plan.steps, name, way.program),
    again: againCommand(plan.options, { program: request.program, directory, ...steps }),
  };
}

function warnings({ git, steps }: Decided, commit: FirstCommit | undefined): readonly string[] {
  if (steps.git && git === "inside") {
    return ["This lies in a git repository that has commits: nothing was committed."];
  }
  return commit?.made === true && commit.warning !== undefined ? [commit.warning] : [];
}

async function makeInstallation(
  { terminal }: Request,
  { place, way, steps }: Decided,
): Promise<Installation> {
  if (!steps.install || !way.ready) return { remaining: way.install };
  if (way.note !== undefined) terminal.line(way.note);
  return install(way, place.target, terminal);
}

async function makeCommit(
  { place, git, steps }: Decided,
  message: string,
  written: ReadonlySet<string>,
): Promise<FirstCommit | undefined> {
  if (!steps.git || git === "inside" || git === "absent") return undefined;
  return makeRepository(place.target, message, { written, before: new Set(place.found.entries) });
}

function installationFault(
  { way, steps }: Decided,
  { failure, remaining }: Installation,
): readonly Unfinished[] {
  if (!steps.install || remaining.length === 0) return [];
  const why =
    failure === undefined
      ? (way.note ?? "")
      : `${shellCommand(failure.command)} failed:\n${failure.lastWords}`;
  return [{ what: "The dependencies are not installed.", why, run: remaining }];
}

function commitFault(
  { git, steps }: Decided,
  commit: FirstCommit | undefined,
  message: string,
  demanded: boolean,
): readonly Unfinished[] {
  const what = "The first commit is not made.";
  if (!steps.git) return [];
  if (git === "absent") return [{ what, why: "git was not found.", run: fromScratch(message) }];
  if (commit?.made === false) return [{ what, why: commit.why, run: commit.remaining }];
  if (git !== "inside" || !demanded) return [];
  const why = "This lies in a git repository that has commits: what is committed there is yours.";
  return [{ what, why, run: fromScratch(message).slice(1) }];
}
