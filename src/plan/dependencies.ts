import { Owners } from "./owners.ts";
import { packageName } from "./pins.ts";
import type { Dependency, Layer, Pins } from "./types.ts";

/** The packages of all layers by group, pinned and sorted by name. */
export const mergeDependencies = (
  layers: readonly Layer[],
  pins: Pins,
): Readonly<Record<string, readonly Dependency[]>> => {
  const groups = new Map<string, Dependency[]>();
  const owners = new Map<string, Owners>();
  for (const layer of layers) {
    for (const [group, names] of Object.entries(layer.manifest.dependencies)) {
      const ownersOfGroup = owners.get(group) ?? new Owners(`package in '${group}'`);
      owners.set(group, ownersOfGroup);
      const merged = groups.get(group) ?? [];
      groups.set(group, merged);
      for (const name of names) {
        ownersOfGroup.claim(packageName(name), layer);
        merged.push({ name: packageName(name), requirement: name + pinOf(name, layer, pins) });
      }
    }
  }
  return Object.fromEntries([...groups].map(([group, merged]) => [group, merged.sort(byName)]));
};

const pinOf = (dependency: string, layer: Layer, pins: Pins): string => {
  const pin = pins.get(packageName(dependency));
  if (pin === undefined) {
    throw new Error(
      `${layer.folder}/layer.json: '${packageName(dependency)}' has no pin; add it ` +
        "to the stack's file in src/versions/.",
    );
  }
  return pin;
};

const byName = (left: Dependency, right: Dependency): number => (left.name < right.name ? -1 : 1);
