import * as z from "zod/mini";
import notes020 from "../../releases/0.2.0.json" with { type: "json" };
import { catalogue as ours } from "../options/catalogue.ts";
import type { Catalogue, Selection } from "../options/types.ts";
import { matches, parseCondition } from "../plan/condition.ts";
import { compareVersions, isVersion } from "../project/versions.ts";
import { list, matching, parsed } from "../shapes.ts";

const line = matching(/^[^\p{Cc}]+$/u, "must be one line of text");

const note = z.readonly(
  z.strictObject({
    text: line,
    /** What a team has to do. */
    do: z.optional(line),
    /** The condition of a layer: whom it concerns. Absent: every project. */
    when: z.optional(line),
  }),
);

const releaseSchema = z.readonly(
  z.strictObject({
    version: z.string().check(z.refine(isVersion, "must be a version like 1.2.3")),
    date: matching(/^\d{4}-\d{2}-\d{2}$/, "must be a date like 2026-01-31"),
    /** What a team notices. */
    changes: list(note),
    /** Faults of security that it ends. */
    fixes: list(note),
  }),
);

/** `releases/<version>.json`: what a version has changed in projects. */
export type Release = z.infer<typeof releaseSchema>;
type ReleaseNote = z.infer<typeof note>;

export const parseRelease = (data: unknown): Release => parsed(releaseSchema, data);

/** The notes of each version that has some, oldest first. */
export const releases: readonly unknown[] = [notes020];

/** What has changed between two versions for a project: of the later one too, not of the earlier. */
export const releasesBetween = (
  from: string,
  to: string,
  selection: Selection,
  {
    notes = releases,
    catalogue = ours,
  }: { readonly notes?: readonly unknown[]; readonly catalogue?: Catalogue } = {},
): readonly Release[] => {
  const concerns = ({ when }: ReleaseNote): boolean =>
    when === undefined || matches(parseCondition(when, catalogue), selection);
  return notes
    .map(parseRelease)
    .filter(
      ({ version }) => compareVersions(version, from) > 0 && compareVersions(version, to) <= 0,
    )
    .map((release) => ({
      ...release,
      changes: release.changes.filter(concerns),
      fixes: release.fixes.filter(concerns),
    }));
};
