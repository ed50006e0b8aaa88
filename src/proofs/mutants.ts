import type { ProjectPlan } from "../plan/types.ts";

/** A small edit that switches a control off or loosens it, so that its proof has to fail. */
export type Mutant = {
  readonly control: string;
  readonly id: string;
  /** Absent: the file of the control. */
  readonly file?: string | undefined;
  /** What occurs exactly once in the file. */
  readonly text: string;
  readonly instead: string;
  /** Absent: the proof of the control. */
  readonly test?: string | undefined;
};

/** The mutants of a stack, by the name of the layer that has them. */
export type StackMutants = Readonly<Record<string, readonly Mutant[]>>;

/** A mutant of a project. */
export type PlannedMutant = Mutant & { readonly file: string; readonly test: string };

/** The mutants of a project: those of its layers, for the controls that it has. */
export const plannedMutants = (
  { layers, controls }: Pick<ProjectPlan, "layers" | "controls">,
  mutants: StackMutants,
): readonly PlannedMutant[] => {
  const own = layers.flatMap((layer) => mutants[layer] ?? []);
  return controls.flatMap(({ id, file, test }) =>
    own
      .filter(({ control }) => control === id)
      .map((mutant) => ({ ...mutant, file: mutant.file ?? file, test: mutant.test ?? test })),
  );
};

/** How often a text occurs in another. */
export const occurrences = (content: string, text: string): number =>
  content.split(text).length - 1;
