import { catalogue as ours } from "../options/catalogue.ts";
import { choicesIn, type Policy } from "../options/preset.ts";
import { labelsOf } from "../options/resolve.ts";
import type { Catalogue } from "../options/types.ts";
import type { Overlay } from "../plan/overlay.ts";
import type { ProjectPlan } from "../plan/types.ts";

/** A preset by name, as a project's record has it. */
export type PresetMark = {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the preset's file and its layers. */
  readonly hash: string;
};

/** An organisation's preset, read and checked. */
export type Preset = {
  /** As the user named it. */
  readonly from: string;
  readonly mark: PresetMark;
  readonly policy: Policy;
  /** What is left of the catalogue. */
  readonly catalogue: Catalogue;
  readonly overlay: Overlay;
};

/** `acme-platform 1.2.3 of Acme` */
export const policyName = ({ name, version, organisation }: Policy): string =>
  `${name} ${version} of ${organisation}`;

/** The decisions of an organisation, a line for each choice that is not asked for. */
export const decisions = (
  { locked }: Policy,
  catalogue: Catalogue = ours,
): readonly { readonly label: string; readonly choice: string; readonly reason: string }[] =>
  catalogue.flatMap((option) => {
    const only = locked[option.id];
    if (option.kind === "text" || only === undefined) return [];
    const choice = labelsOf(option, choicesIn(option, only.choice));
    return [{ label: option.label, choice, reason: only.reason }];
  });

/** The files of ours that a preset replaces in a project, with its reasons. */
export const replacedIn = (
  { name, replaces }: Policy,
  files: ProjectPlan["files"],
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(replaces).filter(([path]) => files.get(path)?.layer.startsWith(`${name}/`)),
  );
