import type { Layer } from "./types.ts";

/** Every slot of every file that any layer knows, filled by the chosen ones, in layer order. */
export const mergeParts = (
  layers: readonly Layer[],
  chosen: readonly Layer[],
): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> => {
  const merged = new Map<string, Map<string, string[]>>();
  for (const layer of layers) {
    for (const [target, slots] of layer.parts) {
      const known = merged.get(target) ?? new Map<string, string[]>();
      merged.set(target, known);
      for (const [slot, text] of slots) {
        const texts = known.get(slot) ?? [];
        known.set(slot, texts);
        if (chosen.includes(layer)) texts.push(text);
      }
    }
  }
  return merged;
};
