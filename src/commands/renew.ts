import { resolve } from "node:path";
import process from "node:process";
import { sayUnfinished } from "../../generators/app/goodbye.ts";
import { findWay, install } from "../../generators/app/install.ts";
import { UserError } from "../errors.ts";
import type { AnswerChange } from "../options/change.ts";
import type { CommandArguments } from "../options/command-flags.ts";
import { answersOf, parseAnswers } from "../options/schema.ts";
import type { Answers, ProjectOptions } from "../options/types.ts";
import { directoryWord, shellCommand } from "../project/command.ts";
import type { News } from "../project/news.ts";
import type { Unfinished } from "../project/outcome.ts";
import type { FoundRecord, ProjectRecord } from "../project/parse-record.ts";
import type { Preset } from "../project/preset.ts";
import { type Renewal, renewalCode, renewalJson } from "../project/renewal.ts";
import type { ChosenWay, Command } from "../project/toolchain.ts";
import {
  checkUpdatePlan,
  type PlannedChange,
  sealedUpdate,
  type UpdatePlan,
  updatePlanText,
} from "../project/update-plan.ts";
import type { RenderedFile } from "../render/types.ts";
import type { BaseSource } from "../system/bases.ts";
import { type MissingSecrets, writeSecrets } from "../system/env-files.ts";
import { digestOf } from "../system/journal.ts";
import { renderOld } from "../system/packages.ts";
import { checkPlanPlace, writePlan } from "../system/plans.ts";
import type { Fix, Now } from "../system/project-merge.ts";
import { readRecord } from "../system/records.ts";
import { renderProject } from "../system/rendering.ts";
import { loadStack } from "../system/stacks.ts";
import { silent, type Terminal } from "../system/terminal.ts";
import { carryOut, type Prepared, prepare } from "../system/update-project.ts";
import { takenIn, workspacesAround } from "../system/workspaces.ts";
import { newsOf, secretsOf } from "./news.ts";
import { namedPreset } from "./preset.ts";
import { sayRenewal, sayRenewed } from "./say-renewal.ts";
import { type Surroundings, start } from "./surroundings.ts";

/** How a project that exists is changed, whatever the change is. */
export type RenewRequest = {
  /** As the user wrote it. */
  readonly directory: string;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly yes: boolean;
  readonly lock: boolean;
  /** Whether to add what the secrets of this checkout lack. */
  readonly env: boolean;
  /** The preset as it was named. */
  readonly preset: string | undefined;
  /** Where to write a plan, in place of the change. */
  readonly plan: string | undefined;
  /** A plan that is followed to the letter, and its file. */
  readonly agreed: { readonly plan: UpdatePlan; readonly file: string } | undefined;
  /** A packed file of the version that the project is from. */
  readonly file: string | undefined;
};

/** What becomes of a project. */
export type Next = {
  readonly title: string;
  /** The options from now on. */
  readonly answers: Answers;
  /** The name of the newer side in conflicts. */
  readonly label: string;
  /** Answers that become others. */
  readonly changes?: readonly AnswerChange[];
  /** The advisories whose fix is applied alone: the version stays. */
  readonly fix?: Fix & { readonly ids: readonly string[] };
};

/** The flags that every command of this kind has. */
export const renewRequestOf = ({ directory, has, value }: CommandArguments): RenewRequest => ({
  directory: directory ?? ".",
  dryRun: has("dry-run"),
  json: has("json"),
  quiet: has("quiet"),
  yes: has("yes") || has("json"),
  lock: !has("no-install"),
  env: has("env"),
  preset: value("preset"),
  plan: value("plan"),
  agreed: undefined,
  file: value("package"),
});

/**
 * Changes a project that exists: looks, shows, asks, writes, locks.
 * @param nextOf what becomes of it, from what it is
 * @returns the exit code
 */
export async function renew(
  request: RenewRequest,
  nextOf: (found: FoundRecord) => Next | Promise<Next>,
  surroundings: Surroundings,
): Promise<number> {
  const { root, version, terminal, errors } = surroundings;
  const { directory, json, quiet, agreed } = request;
  const place = start(root, version);
  const { cwd } = place;
  const said = json ? errors : quiet ? silent(terminal) : terminal;
  if (request.plan !== undefined) checkPlanPlace(request.plan, cwd);
  const folder = resolve(cwd, directory);
  const found = readRecord(folder, directory, version);
  const next = await nextOf(found);
  const work = await look(request, { found, next, folder, cwd, root, version });
  try {
    if (agreed !== undefined) checkUpdatePlan(agreed.plan, planOf(request, work), agreed.file);
    const renewal = await settle(request, work, said, {
      ...place,
      onProgress: surroundings.onProgress,
    });
    sayUnfinished(errors, renewal);
    if (json) terminal.line(JSON.stringify(renewalJson(renewal)));
    return renewalCode(renewal);
  } finally {
    work.prepared.store.remove();
  }
}

/** Whether there is somebody to ask. What is written can be taken back, so that no one has to be. */
const isAttended = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

type Looked = {
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
async function look(request: RenewRequest, place: Place): Promise<Looked> {
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
  const prepared = await prepare({
    folder,
    shown: request.directory,
    found,
    now: { ...now, options, preset: preset?.mark },
    sources: [
      async () => then.project.files,
      oldVersion({ request, found, cwd, version, preset }, warnings),
    ],
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
): BaseSource => {
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
      `create-secure-api ${record.version} could not render its files again: ${rendered.fault}. A packed file of it can be given: --package FILE.tgz.`,
    );
    return [];
  };
  return () => {
    known ??= find();
    return known;
  };
};

const planOf = (request: RenewRequest, looked: Looked): UpdatePlan => {
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

type Around = ReturnType<typeof start> & { readonly onProgress: Surroundings["onProgress"] };

/** Writes what was looked at, or says what it would be. */
async function settle(
  request: RenewRequest,
  looked: Looked,
  said: Terminal,
  { cwd, program, onProgress }: Around,
): Promise<Renewal> {
  const { prepared, found, next, folder, to, warnings, secrets, news } = looked;
  const writes = news.secrets.added ? secrets.writes : [];
  const { toolchain } = await loadStack(String(looked.options.selection.stack));
  const { locks = { from: [], in: [] }, checks = [] } = toolchain;
  const renewal: Renewal = {
    dryRun: request.dryRun,
    plan: request.plan,
    target: folder,
    directory: request.directory,
    title: next.title,
    from: found.record.version,
    to,
    files: prepared.files,
    changes: prepared.staged.length + writes.length,
    warnings: [...warnings, ...leftAlone(prepared)],
    news,
    unfinished: [],
    locked: false,
    next: [],
  };
  sayRenewal(said, renewal);
  if (renewal.changes === 0 || request.dryRun) return renewal;
  if (request.plan !== undefined) {
    writePlan(request.plan, cwd, updatePlanText(planOf(request, looked)));
    said.say(`The plan is in ${request.plan}. Nothing else was written.`);
    return renewal;
  }
  if (!request.yes && request.agreed === undefined && isAttended()) await confirm();
  const isLocked = prepared.staged.some(({ path }) => locks.from.includes(path));
  const undo = [...program, "update", "--undo"];
  const where = request.directory === "." ? [] : [directoryWord(request.directory)];
  onProgress({ directory: request.directory, remaining: [], undo: [...undo, ...where] });
  const others = [...(isLocked ? locks.in : []), ...writes.map(({ path }) => path)];
  const end = await carryOut(prepared, others);
  writeSecrets(folder, writes);
  const way = await findWay(toolchain);
  const clash = locks.from.filter((path) => prepared.conflicts.has(path));
  const locking = isLocked ? await lock(request, folder, way, clash, said) : undefined;
  end();
  const done: Renewal = {
    ...renewal,
    unfinished: locking?.unfinished ?? [],
    locked: locking?.done ?? false,
    next: nextSteps(prepared, { way, checks, lock: locking?.remaining ?? [], isLocked, undo }),
  };
  sayRenewed(said, done);
  return done;
}

const leftAlone = ({ files }: Prepared): readonly string[] => {
  const unknown = files.filter(({ why }) => why === "no-base").map(({ path }) => path);
  if (unknown.length === 0) return [];
  return [
    `What was rendered of these then is not known, so they are left as they are: ${unknown.join(", ")}.`,
  ];
};

/** Asks whether to write what was shown. */
async function confirm(): Promise<void> {
  const [{ terminalAdapter }, { ask }, { Cancelled }] = await Promise.all([
    import("../../generators/app/prompts/adapter.ts"),
    import("../../generators/app/interview.ts"),
    import("../../generators/app/prompts/turn.ts"),
  ]);
  const answer = await ask(terminalAdapter(), "verdict", {
    type: "select",
    message: "Write it?",
    default: "write",
    choices: [
      { value: "write", name: "Write it" },
      { value: "cancel", name: "Cancel" },
    ],
  });
  if (answer !== "write") throw new Cancelled();
}

type Locking = {
  readonly done: boolean;
  readonly unfinished: readonly Unfinished[];
  readonly remaining: readonly Command[];
};

/** Pins the packages anew. */
async function lock(
  { lock: isWanted }: RenewRequest,
  folder: string,
  way: ChosenWay,
  clash: readonly string[],
  terminal: Terminal,
): Promise<Locking> {
  const commands = way.lock ?? [];
  const left = { done: false, unfinished: [], remaining: commands };
  if (!isWanted || clash.length > 0 || takenIn(workspacesAround(folder)) !== undefined) return left;
  const what = "The versions of the dependencies were not locked.";
  if (!way.ready) return { ...left, unfinished: [{ what, why: way.note ?? "", run: commands }] };
  if (way.lock === undefined) {
    const why = "Here, they are locked when the dependencies are installed.";
    return { ...left, unfinished: [{ what, why, run: way.install }] };
  }
  const { failure, remaining } = await install({ ...way, install: commands }, folder, terminal);
  if (failure === undefined) return { done: true, unfinished: [], remaining: [] };
  const why = `${shellCommand(failure.command)} failed:\n${failure.lastWords}`;
  return { done: false, unfinished: [{ what, why, run: remaining }], remaining };
}

type After = {
  readonly way: ChosenWay;
  readonly checks: readonly Command[];
  readonly lock: readonly Command[];
  readonly isLocked: boolean;
  readonly undo: Command;
};

const nextSteps = (
  { conflicts, title }: Prepared,
  { way, checks, lock: left, isLocked, undo }: After,
): Renewal["next"] => {
  const filled = (command: Command) =>
    command.flatMap((word) => (word === "{program}" ? way.program : [word]));
  return [
    ...(conflicts.size === 0 ? [] : [{ text: "Solve the conflicts.", run: [["git", "status"]] }]),
    ...(isLocked ? [{ text: "Install the dependencies.", run: [...left, ...way.install] }] : []),
    ...(checks.length === 0 ? [] : [{ text: "Check the project.", run: checks.map(filled) }]),
    {
      text: "Commit it.",
      run: [
        ["git", "add", "--all", "."],
        ["git", "commit", "--message", `${title.charAt(0).toUpperCase()}${title.slice(1)}`],
      ],
    },
    {
      text: "Or take it back.",
      run: [undo],
    },
  ];
};
