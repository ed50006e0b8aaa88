import type { Advisory } from "../advisories/advisory.ts";
import { excerpt, quoted, UserError } from "../errors.ts";
import { concerns } from "../life/check/advisories.ts";
import { fixed, fixedPaths } from "../life/fix.ts";
import { catalogue } from "../options/catalogue.ts";
import { suggestion } from "../options/nearest.ts";
import { parseAnswers } from "../options/schema.ts";
import type { FoundRecord, ProjectRecord } from "../project/parse-record.ts";
import { compareVersions } from "../project/versions.ts";
import { loadAdvisories } from "../system/advisories.ts";
import type { Next } from "./renew.ts";

/**
 * The fix of advisories alone, on what was rendered then.
 * @param shown the project's folder as the user wrote it
 * @throws UserError for an advisory that there is not, or that is not about the project
 */
export function nextFix(
  { record }: FoundRecord,
  ids: readonly string[],
  shown: string,
  root: string,
): Next {
  const known = loadAdvisories(root);
  const advisories = [...new Set(ids)].sort().map((id) => advisoryOf(id, known));
  for (const advisory of advisories) checkConcerned(advisory, record);
  const names = advisories.map(({ id }) => id).join(", ");
  return {
    title: `fix of ${names}`,
    answers: record.options,
    label: names,
    fix: {
      ids: advisories.map(({ id }) => id),
      paths: fixedPaths(advisories),
      of: (then) => {
        const result = fixed(advisories, then, (id) => record.fixes?.includes(id) === true);
        if ("files" in result) return result.files;
        throw misfit(result, shown);
      },
    },
  };
}

const advisoryOf = (id: string, known: readonly Advisory[]): Advisory => {
  const advisory = known.find((one) => one.id === id);
  if (advisory !== undefined) return advisory;
  const others = known.map((one) => one.id);
  throw onlyError(`There is no advisory ${quoted(id)}.`, suggestion(id, others));
};

const onlyError = (what: string, fix: string): UserError =>
  new UserError(what, "--only", fix, { code: "usage" });

const checkConcerned = (advisory: Advisory, { version, options }: ProjectRecord): void => {
  const { id, fixedIn } = advisory;
  const { selection } = parseAnswers(options);
  if (!concerns(advisory, version, selection, catalogue)) {
    const fix = "create-secure-api check lists those that are.";
    throw onlyError(`${id} is not about this project.`, fix);
  }
  if (compareVersions(version, fixedIn) < 0) return;
  const what = `${id} is fixed in ${fixedIn}, and the project is from ${version}.`;
  throw onlyError(what, "Leave it out.");
};

const misfit = (
  {
    id,
    path,
    fault,
  }: { readonly id: string; readonly path: string; readonly fault: "unknown" | "other" },
  shown: string,
): UserError => {
  const why =
    fault === "unknown" ? "it is not known how it was rendered" : "it was rendered otherwise";
  const fix =
    "Update the whole project, give --package FILE.tgz, or do by hand what the advisory says.";
  const what = `The fix of ${id} does not fit ${excerpt(path)}: ${why}.`;
  return new UserError(what, excerpt(shown), fix, { code: "conflict" });
};
