import type { Control, Proof, StatedControl } from "./manifest.ts";
import { mergeOwned } from "./owners.ts";
import type { Layer } from "./types.ts";

/**
 * The controls of a project: stated by one layer each, and proven by the same one or another.
 * @throws Error for one without a proof, with two of them, or that no layer states
 */
export const mergeControls = (layers: readonly Layer[]): readonly Control[] => {
  const stated = mergeOwned<StatedControl, "id">(
    layers,
    "control",
    ({ manifest }) => manifest.controls,
    "id",
  );
  const proofs = new Map(
    mergeOwned(layers, "proof", proofsOf, "id").map((proof) => [proof.id, proof]),
  );
  const ids = new Set(stated.map(({ id }) => id));
  const unstated = [...proofs.keys()].find((id) => !ids.has(id));
  if (unstated !== undefined) {
    throw new Error(`No layer states the control '${unstated}', which has a proof; state it.`);
  }
  return stated.map((control) => {
    const proof = proofs.get(control.id);
    if (proof === undefined) {
      throw new Error(
        `The control '${control.id}' has no proof: name its file and test in the proofs of the ` +
          "layer.json of a layer that is there with it.",
      );
    }
    return { ...control, ...proof };
  });
};

/** Where a layer has controls, and the tests that fail without them. */
export const proofsOf = ({ manifest }: Layer): readonly (Proof & { readonly id: string })[] => [
  ...manifest.controls.flatMap(({ id, file, test }) =>
    file === undefined || test === undefined ? [] : [{ id, file, test }],
  ),
  ...Object.entries(manifest.proofs).map(([id, proof]) => ({ id, ...proof })),
];
