import type { Control } from "../plan/manifest.ts";
import { BOUNDARIES, THREATS, threatIds } from "../standards/threats.ts";

/** A threat to a project, and the ids of the controls that stop it. */
type Row = {
  readonly boundary: number;
  readonly title: string;
  readonly stride: string;
  readonly controls: readonly string[];
};

/** The boundaries that a project's threats cross, by number, and its threats in that order. */
export const threatModel = (
  controls: readonly Control[],
): {
  readonly boundaries: readonly { readonly number: number; readonly title: string }[];
  readonly threats: readonly Row[];
} => {
  const threats = threatIds
    .map((id) => {
      const { at, stride, title } = THREATS[id];
      const own = controls.filter(({ threat }) => threat === id).map((control) => control.id);
      return { boundary: BOUNDARIES[at].number, title, stride, controls: own };
    })
    .filter((row) => row.controls.length > 0);
  return {
    boundaries: Object.values(BOUNDARIES).filter(({ number }) =>
      threats.some(({ boundary }) => boundary === number),
    ),
    threats,
  };
};
