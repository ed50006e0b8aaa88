import { posix, relative, resolve, sep } from "node:path";
import { answersOf } from "../../src/options/schema.ts";
import type { ProjectPlan } from "../../src/plan/types.ts";
import { modeOf } from "../../src/project/modes.ts";
import type { PlanFile, PlannedFileEntry } from "../../src/project/parse-plan.ts";
import { checkPlan, planText, sealed } from "../../src/project/plan-file.ts";
import { type Preset, replacedIn } from "../../src/project/preset.ts";
import { gitBlobHash, isSecret } from "../../src/project/record.ts";
import type { RenderedFile } from "../../src/render/types.ts";
import { hashAt } from "../../src/system/files.ts";
import type { Replaced } from "./conflicts.ts";
import type { Decided } from "./decide.ts";
import type { Request } from "./request.ts";

/** What would be written, as a plan for `apply`. */
function planOf(request: Request, decided: Decided): PlanFile {
  const { plan, place, project } = decided;
  const { preset } = request;
  return sealed({
    generator: request.version,
    preset: markOf(preset, plan),
    directory: place.shown,
    options: answersOf(plan.options),
    layers: Object.fromEntries(Object.entries(plan.hashes).filter(([layer]) => isOurs(layer))),
    dependencies: Object.fromEntries(
      Object.entries(plan.dependencies).map(([group, packages]) => [
        group,
        packages.map(({ requirement }) => requirement),
      ]),
    ),
    existing: request.existing ?? null,
    found: besideProject(request, decided),
    files: project.map((file) => entryOf(decided, file)),
  });
}

const markOf = (preset: Preset | undefined, { files }: ProjectPlan): PlanFile["preset"] =>
  preset === undefined
    ? null
    : { from: preset.from, ...preset.mark, replaces: replacedIn(preset.policy, files) };

/** The text of the plan. */
export const planTextOf = (request: Request, decided: Decided): string =>
  planText(planOf(request, decided));

/** What else is at the top of the folder; a plan that lies there itself is no part of it. */
function besideProject({ cwd, plan }: Request, { place, project }: Decided): readonly string[] {
  const top = (path: string) => path.split("/", 1)[0] ?? "";
  const ours = new Set(project.map(({ path }) => top(path)));
  if (plan !== undefined) {
    ours.add(top(relative(place.target, resolve(cwd, plan.file)).split(sep).join(posix.sep)));
  }
  return place.found.work.filter((entry) => !ours.has(entry)).toSorted();
}

/** A layer of a preset has its name before its own, and the preset's hash stands for it. */
const isOurs = (layer: string): boolean => !layer.includes("/");

function entryOf({ place, plan, states, replaced }: Decided, file: RenderedFile): PlannedFileEntry {
  const { path, content } = file;
  const state = states.get(path) ?? "new";
  const settled = replaced.has(path) ? "replace" : "keep";
  const does = ({ new: "write", same: "leave", conflict: settled } as const)[state];
  const mode = modeOf(file).toString(8).replace("666", "644").replace("777", "755");
  const layer = plan.files.get(path)?.layer ?? "";
  const isThere = does === "replace" || does === "keep";
  return {
    path,
    does,
    mode: mode as PlannedFileEntry["mode"],
    ...(isSecret(path) ? {} : { hash: gitBlobHash(content) }),
    ...(isOurs(layer) ? {} : { by: layer }),
    ...(isThere && !isSecret(path) ? { before: hashAt(place.target, path) } : {}),
  };
}

/** What a plan says becomes of files that are there. */
export const replacedBy = ({ files }: PlanFile): Replaced =>
  new Set(files.filter(({ does }) => does === "replace").map(({ path }) => path));

/**
 * Refuses a plan of which something differs today.
 * @throws UserError that says what
 */
export function checkAgreed(request: Request, decided: Decided): void {
  const { plan } = request;
  if (plan?.agreed !== undefined) checkPlan(plan.agreed, planOf(request, decided), plan.file);
}
