import type { Advisory } from "../../advisories/advisory.ts";
import type { Catalogue, Selection } from "../../options/types.ts";
import { matches, parseCondition } from "../../plan/condition.ts";
import { compareVersions } from "../../project/versions.ts";
import type { Reader } from "../../render/readers/reader.ts";
import type { Drift } from "./drift.ts";
import type { Finding } from "./finding.ts";
import { countOf, plainWords } from "./switched-off.ts";
import { type OwnTree, textIn } from "./tree.ts";

/** Whether a project is one of those that an advisory is about. */
export const concerns = (
  { stack, since, condition }: Advisory,
  version: string,
  selection: Selection,
  catalogue: Catalogue,
): boolean =>
  selection.stack === stack &&
  compareVersions(version, since) >= 0 &&
  matches(parseCondition(condition, catalogue), selection);

/** What follows may close a bracket, before which a formatter may leave the comma out. */
const closed = (words: readonly string[]): readonly string[] =>
  words.at(-1) === "," ? words.slice(0, -1) : words;

/**
 * The advisories about a project whose fault is in its files as they are now: what was fixed by
 * hand, whatever the record says, has it no more.
 */
export const openAdvisories = (
  advisories: readonly Advisory[],
  tree: OwnTree,
  drift: Drift,
  reader: Reader,
): readonly Finding[] => {
  const has = (path: string, text: string): boolean => {
    const own = textIn(tree, path) ?? "";
    const ways = path.endsWith(reader.extension) ? [reader.words, plainWords] : [plainWords];
    return ways.some((words) => countOf(words(own), closed(words(text))) > 0);
  };
  const placesOf = (file: string): readonly string[] => {
    const place = drift.moved.get(file) ?? file;
    if (tree.read(place) !== undefined) return [place];
    const name = file.slice(file.lastIndexOf("/"));
    return tree.paths.filter((path) => path.endsWith(name));
  };
  return advisories.flatMap((advisory) => {
    const signs = advisory.edits.filter(({ sign }) => sign);
    for (const { file, text } of signs) {
      const place = placesOf(file).find((path) => has(path, text));
      if (place !== undefined) return [findingOf(advisory, place)];
    }
    return [];
  });
};

const findingOf = (
  { id, title, severity, description, action, fixedIn }: Advisory,
  path: string,
): Finding => ({
  verdict: "advisories",
  rule: `advisories/${id}`,
  of: id,
  path,
  what: `${title} (${severity}; fixed in ${fixedIn}).`,
  detail: `${description} ${action}`,
  fix: `Run create-secure-api update, or update --only ${id} for this fix alone.`,
});
