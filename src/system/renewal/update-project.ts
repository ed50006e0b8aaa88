import type { FoundRecord } from "../../project/parse-record.ts";
import type { Labels } from "../git/merge.ts";
import { ObjectStore } from "../git/objects.ts";
import { checkClean, openRepository, type Repository } from "../git/repository.ts";
import { applyChanges } from "./apply.ts";
import type { BaseSource } from "./bases.ts";
import { mergeProject, type Now, type ProjectMerge } from "./project-merge.ts";
import { checkPlaces, type Staged, stage } from "./staging.ts";
import { checkFinished } from "./undo.ts";

/** What a project is, and what it is to be made of. */
export type Wanted = {
  readonly folder: string;
  /** The folder as the user wrote it. */
  readonly shown: string;
  readonly found: FoundRecord;
  readonly now: Now;
  /** Ways to the files of then, beside git and the record. */
  readonly sources: readonly BaseSource[];
  /** What the sides are called beside conflicts. */
  readonly labels: Labels;
  /** What is done, for people, such as `update from 0.1.0 to 0.2.0`. */
  readonly title: string;
};

/** All that is known before anything is written. */
export type Prepared = ProjectMerge & {
  readonly repository: Repository;
  readonly store: ObjectStore;
  readonly title: string;
  readonly staged: readonly Staged[];
};

/**
 * Merges what is rendered now into a project, beside it. Whoever asks for this removes its `store`.
 * @throws UserError when the project cannot be changed as it is
 */
export async function prepare(wanted: Wanted): Promise<Prepared> {
  const { folder, shown, title } = wanted;
  const repository = await openRepository(folder, shown);
  checkFinished(repository, shown);
  await checkClean(repository, shown);
  const store = new ObjectStore(repository);
  try {
    const merge = await mergeProject({ ...wanted, store });
    const all = await stage(store, merge.changes);
    const staged = await checkPlaces(repository, all, merge.changes, shown);
    return { ...merge, repository, store, title, staged };
  } catch (error) {
    store.remove();
    throw error;
  }
}

/**
 * Writes what was prepared into the work tree, uncommitted, so that it can be taken back.
 * @param others files that another program will write afterwards
 * @returns what to call when that program has ended
 */
export const carryOut = (
  { store, title, staged, conflicts }: Prepared,
  others: readonly string[] = [],
  onStep?: (step: string) => void,
): Promise<() => void> => applyChanges(store, { title, staged, conflicts, others }, onStep);
