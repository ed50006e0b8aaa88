import { resolve } from "node:path";
import { UserError } from "../errors.ts";
import { EXIT } from "../exit.ts";
import { type CommandArguments, refuseFlags } from "../options/command-flags.ts";
import { directoryWord } from "../project/command.ts";
import type { FoundRecord } from "../project/parse-record.ts";
import type { UpdatePlan } from "../project/update-plan.ts";
import { compareVersions, isVersion } from "../project/versions.ts";
import { openRepository } from "../system/git/repository.ts";
import { readRecord } from "../system/records.ts";
import { handOver } from "../system/renewal/packages.ts";
import { undoChanges } from "../system/renewal/undo.ts";
import { silent } from "../system/terminal.ts";
import { type Next, type RenewRequest, renew, renewRequestOf } from "./renew.ts";
import { type Surroundings, start } from "./surroundings.ts";

/** Undoing writes at once: these say to write something else, or nothing. */
const NOT_UNDOING = ["dry-run", "env", "plan", "to", "only", "package"];

/** Updates a project to the version that runs, or takes that back. Returns the exit code. */
export async function update(given: CommandArguments, surroundings: Surroundings): Promise<number> {
  const { root, version } = surroundings;
  const request = renewRequestOf(given);
  if (given.has("undo")) {
    refuseFlags(given, NOT_UNDOING, "It has no meaning with --undo.", "Leave one out.");
    return undo(request, surroundings);
  }
  const to = given.value("to");
  const only = given.value("only")?.split(",");
  if (to !== undefined && to !== version) {
    checkVersion(to, request, surroundings);
    return handOver(to, wordsOf(request, only), start(root, version).cwd);
  }
  return renew(request, nextOf(request, surroundings, only), surroundings);
}

/** What becomes of a project: what this version renders, or the fix of advisories alone. */
const nextOf =
  ({ directory }: RenewRequest, { root, version }: Surroundings, only?: readonly string[]) =>
  (found: FoundRecord): Next | Promise<Next> =>
    only === undefined
      ? nextVersion(found, version)
      : import("./fix.ts").then(({ nextFix }) => nextFix(found, only, directory, root));

const nextVersion = ({ record }: FoundRecord, version: string): Next => ({
  title:
    record.version === version
      ? `update to what create-secure-api ${version} renders`
      : `update from create-secure-api ${record.version} to ${version}`,
  answers: record.options,
  label: `create-secure-api ${version}`,
});

/** Follows a plan of an update to the letter, or does nothing. */
export function applyUpdate(
  plan: UpdatePlan,
  how: Omit<RenewRequest, "agreed" | "plan" | "directory" | "file"> & {
    readonly directory: string | undefined;
    readonly planFile: string;
  },
  surroundings: Surroundings,
): Promise<number> {
  const { planFile, directory, preset, ...rest } = how;
  const request: RenewRequest = {
    ...rest,
    directory: directory ?? plan.directory,
    preset: preset ?? plan.preset ?? undefined,
    file: plan.package ?? undefined,
    plan: undefined,
    agreed: { plan, file: planFile },
  };
  const next = (found: FoundRecord): Next | Promise<Next> =>
    plan.only === null
      ? {
          title: plan.title,
          answers: plan.options,
          label: `create-secure-api ${plan.to}`,
        }
      : nextOf(request, surroundings, plan.only)(found);
  return renew(request, next, surroundings);
}

/** Refuses what is no version, and one that is older than the project. */
function checkVersion(
  to: string,
  { directory }: RenewRequest,
  { root, version }: Surroundings,
): void {
  const error = (what: string, fix: string) => new UserError(what, "--to", fix, { code: "usage" });
  if (!isVersion(to)) throw error("It is no version like 1.2.3.", "Give one that is released.");
  const made = versionOf(resolve(start(root, version).cwd, directory), directory, version);
  if (made === undefined || compareVersions(to, made) >= 0) return;
  const fix = "Give a later version. git revert takes an update back that is committed.";
  throw error(`The project is from ${made}, which is newer than ${to}.`, fix);
}

/** The version of a project; undefined where only the other version can say what is wrong. */
const versionOf = (folder: string, shown: string, version: string): string | undefined => {
  try {
    return readRecord(folder, shown, version).record.version;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
};

/** What another version is asked to do. */
const wordsOf = (request: RenewRequest, only: readonly string[] = []): readonly string[] => [
  "update",
  directoryWord(request.directory),
  ...(request.dryRun ? ["--dry-run"] : []),
  ...(request.json ? ["--json"] : []),
  ...(request.quiet ? ["--quiet"] : []),
  ...(request.yes ? ["--yes"] : []),
  ...(request.lock ? [] : ["--no-install"]),
  ...(request.env ? ["--env"] : []),
  ...(only.length === 0 ? [] : [`--only=${only.join(",")}`]),
  ...(request.preset === undefined ? [] : [`--preset=${request.preset}`]),
  ...(request.plan === undefined ? [] : [`--plan=${request.plan}`]),
  ...(request.file === undefined ? [] : [`--package=${request.file}`]),
];

/** Takes the last update back. */
async function undo(
  { directory, json, quiet }: RenewRequest,
  { root, version, terminal, errors }: Surroundings,
): Promise<number> {
  const folder = resolve(start(root, version).cwd, directory);
  const repository = await openRepository(folder, directory);
  const { title, restored, kept } = await undoChanges(repository, directory);
  const { line, say } = quiet ? silent(errors) : json ? errors : terminal;
  line(`${directory}: taken back: ${title} (${restored.length} files).`);
  if (kept.length > 0) say("You have changed these since. They are kept here:");
  for (const { copy } of kept) line(`  ${copy}`);
  if (json) terminal.line(JSON.stringify({ ok: true, exitCode: EXIT.done, title, restored, kept }));
  return EXIT.done;
}
