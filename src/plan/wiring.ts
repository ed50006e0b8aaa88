import type { Layer, WiringRecord } from "./types.ts";

/** Every slot that any layer of the stack knows, filled by the chosen ones, in layer order. */
export const mergeWiring = (
  layers: readonly Layer[],
  chosen: readonly Layer[],
): ReadonlyMap<string, readonly WiringRecord[]> => {
  const slots = new Set(layers.flatMap((layer) => Object.keys(layer.manifest.wiring)));
  return new Map(
    [...slots].map((slot) => [slot, chosen.flatMap((layer) => layer.manifest.wiring[slot] ?? [])]),
  );
};
