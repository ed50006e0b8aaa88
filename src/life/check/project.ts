import type { Code } from "../../plan/toolchain.ts";
import type { ProjectPlan } from "../../plan/types.ts";
import type { ProjectRecord } from "../../project/parse-record.ts";
import type { PlannedMutant } from "../../proofs/mutants.ts";
import type { Reader } from "../../render/readers/reader.ts";
import type { Drift } from "./drift.ts";
import { isContent, type OwnTree, textIn } from "./tree.ts";

/** What the running version would render with the options of a project's record. */
export type Expected = {
  readonly plan: Pick<ProjectPlan, "controls" | "settings" | "files">;
  readonly mutants: readonly PlannedMutant[];
  readonly code: Code;
  readonly reader: Reader;
  /** A file's text; undefined for what holds no text, or is not rendered. */
  readonly rendered: (path: string) => string | undefined;
};

/** A project, with all that it is judged by. */
export type Judged = Expected & {
  readonly record: ProjectRecord;
  readonly tree: OwnTree;
  readonly drift: Drift;
  /** Whether the project is from the running version: only then is what is rendered what was. */
  readonly isCurrent: boolean;
};

/** Where a file of the project is now. */
export const placeOf = ({ tree, drift }: Judged, path: string): string | undefined =>
  drift.moved.get(path) ?? (tree.read(path) === undefined ? undefined : path);

/** Whether a file is as the record's version rendered it: then it is no weaker than it was. */
export const isUnedited = ({ record, tree }: Judged, path: string): boolean => {
  const hash = record.files[path];
  const content = tree.read(path);
  return hash !== undefined && content !== undefined && isContent(content, hash);
};

/** A file as it is now, where that is neither what was rendered nor what would be. */
export const editedText = (judged: Judged, path: string): string | undefined => {
  const place = placeOf(judged, path);
  const text = place === undefined ? undefined : textIn(judged.tree, place);
  return text === judged.rendered(path) ? undefined : text;
};

/** Whether a control is about what was removed as the README says. */
export const isOfExample = ({ code, drift }: Judged, path: string): boolean =>
  drift.withoutExample && code.example.some((folder) => path.startsWith(folder));
