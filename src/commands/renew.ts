import { resolve } from "node:path";
import process from "node:process";
import { sayUnfinished } from "../../generators/app/goodbye.ts";
import { findWay } from "../../generators/app/install.ts";
import type { AnswerChange } from "../options/change.ts";
import type { CommandArguments } from "../options/command-flags.ts";
import type { Answers } from "../options/types.ts";
import { directoryWord } from "../project/command.ts";
import { checkDirectory } from "../project/names.ts";
import type { FoundRecord } from "../project/parse-record.ts";
import { planText } from "../project/plan-file.ts";
import { type Renewal, renewalCode, renewalJson } from "../project/renewal.ts";
import { checkUpdatePlan, type UpdatePlan } from "../project/update-plan.ts";
import { checkPlanPlace, writePlan } from "../system/plans.ts";
import { readRecord } from "../system/records.ts";
import { writeSecrets } from "../system/renewal/env-files.ts";
import type { Fix } from "../system/renewal/project-merge.ts";
import { carryOut, type Prepared } from "../system/renewal/update-project.ts";
import { loadStack } from "../system/stacks.ts";
import { silent, type Terminal } from "../system/terminal.ts";
import { lock, nextSteps } from "./renew-lock.ts";
import { type Looked, look, planOf } from "./renew-look.ts";
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
  const said = quiet ? silent(errors) : json ? errors : terminal;
  if (request.plan !== undefined) {
    checkDirectory(directory);
    checkPlanPlace(request.plan, cwd);
  }
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
    writePlan(request.plan, cwd, planText(planOf(request, looked)));
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
  const locking = isLocked ? await lock(request.lock, folder, way, clash, said) : undefined;
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
