import { UserError } from "../errors.ts";
import { answersOf, parseAnswers } from "../options/schema.ts";
import type { Answers, ProjectOptions } from "../options/types.ts";
import type { News } from "../project/news.ts";
import type { FoundRecord, ProjectRecord } from "../project/parse-record.ts";
import type { Preset } from "../project/preset.ts";
import { type PlannedChange, sealedUpdate, type UpdatePlan } from "../project/update-plan.ts";
import type { RenderedFile } from "../render/types.ts";
import { renderProject } from "../system/rendering.ts";
import type { MissingSecrets } from "../system/renewal/env-files.ts";
import { digestOf } from "../system/renewal/journal.ts";
import { renderOld } from "../system/renewal/packages.ts";
import type { Now } from "../system/renewal/project-merge.ts";
import { type Prepared, prepare } from "../system/renewal/update-project.ts";
import { newsOf, secretsOf } from "./news.ts";
import { namedPreset } from "./preset.ts";
import type { Next, RenewRequest } from "./renew.ts";

/** What is known of a project before the first byte is written. */
export type Looked = {
  readonly found: FoundRecord;
  readonly next: Next;
  readonly folder: string;
  readonly to: string;
  readonly options: ProjectOptions;
  readonly prepared: Prepared;
  readonly warnings: readonly string[];
  readonly secrets: MissingSecrets;
  readonly news: News;
  readonly version: string;
};

type Place = {
  readonly found: FoundRecord;
  readonly next: Next;
  readonly folder: string;
  readonly cwd: string;
  readonly root: string;
  readonly version: string;
};

/** Everything up to the first byte that is written. */
export async function look(request: RenewRequest, place: Place): Promise<Looked> {
  const { found, next, folder, cwd, root, version } = place;
  const { record } = found;
  const preset = await presetFor(request, found, cwd);
  const options = await optionsOf(next.answers, preset);
  const { planned, project } = await renderProject(options, { preset, root });
  const before = await optionsThen(found, preset);
  const then =
    before === undefined || JSON.stringify(answersOf(before)) === JSON.stringify(answersOf(options))
      ? { planned, project }
      : await renderProject(before, { preset, root });
  const now = nowOf(next, record, version, { planned, project });
  const warnings: string[] = [];
  const old = oldVersion({ request, found, cwd, version, preset }, warnings);
  // Whether or not it is needed: a fault in what was named is not for a day when it is.
  if (request.file !== undefined) await old();
  const prepared = await prepare({
    folder,
    shown: request.directory,
    found,
    now: { ...now, options, preset: preset?.mark },
    sources: [async () => then.project.files, old],
    labels: { base: `create-secure-api ${record.version}`, now: next.label },
    title: next.title,
  });
  const secrets = secretsOf(request, folder, next.fix === undefined ? project.files : []);
  const news = await newsOf({
    record,
    changes: next.changes ?? [],
    // Where a fix is applied alone, nothing else is new.
    to: next.fix === undefined ? version : undefined,
    options,
    settings: planned.settings,
    earlier: then.planned.settings,
    prepared,
    secrets: {
      variables: secrets.variables,
      files: secrets.files,
      added: request.env && !request.dryRun && request.plan === undefined,
    },
  });
  const looked = { found, next, folder, to: now.version, options, prepared };
  return { ...looked, warnings, secrets, news, version };
}

const nowOf = (
  { fix }: Next,
  record: ProjectRecord,
  version: string,
  { planned, project }: Awaited<ReturnType<typeof renderProject>>,
): Pick<Now, "version" | "files" | "fixes" | "migrations" | "fix"> =>
  fix === undefined
    ? { version, files: project.files, migrations: planned.migrations }
    : {
        version: record.version,
        files: [],
        fixes: [...new Set([...(record.fixes ?? []), ...fix.ids])].sort(),
        fix,
      };

/** The preset by which the project was made, or another one that is named. */
async function presetFor(
  { preset, directory }: RenewRequest,
  { record }: FoundRecord,
  cwd: string,
): Promise<Preset | undefined> {
  // A project without a preset gets none by a variable that was set for other projects.
  if (preset === undefined && record.preset === undefined) return undefined;
  const found = await namedPreset(preset, cwd);
  if (found === undefined && record.preset !== undefined) {
    const { name, version } = record.preset;
    throw new UserError(
      `The project was made with the preset ${name} ${version}.`,
      directory,
      "Name it, or a newer one: --preset PRESET.",
      { code: "preset" },
    );
  }
  return found;
}

async function optionsOf(answers: Answers, preset: Preset | undefined): Promise<ProjectOptions> {
  if (preset === undefined) return parseAnswers(answers);
  const { checkDecided, checkRequired } = await import("../options/policy.ts");
  checkDecided(preset.policy, answers);
  checkRequired(preset.policy, answers, preset.catalogue);
  return parseAnswers(answers, preset.catalogue);
}

/** The options of then; undefined where they cannot be had any more. */
async function optionsThen(
  { record }: FoundRecord,
  preset: Preset | undefined,
): Promise<ProjectOptions | undefined> {
  try {
    return await optionsOf(record.options, preset);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

type Old = {
  readonly request: RenewRequest;
  readonly found: FoundRecord;
  readonly cwd: string;
  readonly version: string;
  readonly preset: Preset | undefined;
};

/** Renders with the version of then, where nothing else has the files. */
const oldVersion = (
  { request, found, cwd, version, preset }: Old,
  warnings: string[],
): (() => Promise<readonly RenderedFile[]>) => {
  let known: Promise<readonly RenderedFile[]> | undefined;
  const find = async (): Promise<readonly RenderedFile[]> => {
    const { record } = found;
    if (request.file === undefined && record.version === version) return [];
    const rendered = await renderOld({
      version: record.version,
      options: record.options,
      preset: preset?.from,
      file: request.file,
      cwd,
    });
    if ("files" in rendered) return rendered.files;
    warnings.push(
      `create-secure-api ${record.version} could not render its files again (${rendered.fault}). A packed file of it can be given: --package FILE.tgz.`,
    );
    return [];
  };
  return () => {
    known ??= find();
    return known;
  };
};

/** What was looked at, as a plan that is applied to the letter. */
export const planOf = (request: RenewRequest, looked: Looked): UpdatePlan => {
  const { found, next, prepared, options, to, version } = looked;
  return sealedUpdate({
    generator: version,
    title: next.title,
    directory: request.directory,
    tree: prepared.repository.tree,
    from: found.record.version,
    to,
    options: answersOf(options),
    preset: request.preset ?? null,
    package: request.file ?? null,
    only: next.fix?.ids ?? null,
    files: prepared.staged.map(
      ({ path, content, executable }): PlannedChange => ({
        path,
        does: content === undefined ? "delete" : "write",
        ...(prepared.conflicts.has(path) ? { conflict: true } : {}),
        ...(executable ? { executable } : {}),
        ...(content === undefined ? {} : { hash: digestOf(content) }),
      }),
    ),
  });
};
