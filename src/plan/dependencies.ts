import type { Selection } from "../options/types.ts";
import { ecosystemOf } from "./ecosystems/ecosystems.ts";
import { Owners } from "./owners.ts";
import { pinsFor } from "./pins.ts";
import type { Dependency, Layer, Pins, StackPins } from "./types.ts";

/** The packages of all layers by group, pinned and sorted by name. */
export const mergeDependencies = (
  layers: readonly Layer[],
  stackPins: StackPins,
  selection: Selection,
): Readonly<Record<string, readonly Dependency[]>> => {
  const ecosystem = ecosystemOf(stackPins.file);
  const pins = pinsFor(stackPins, selection);
  const groups = new Map<string, Dependency[]>();
  const owners = new Map<string, Owners>();
  for (const layer of layers) {
    for (const [group, names] of Object.entries(layer.manifest.dependencies)) {
      const ownersOfGroup = owners.get(group) ?? new Owners(`package in '${group}'`);
      owners.set(group, ownersOfGroup);
      const merged = groups.get(group) ?? [];
      groups.set(group, merged);
      for (const name of names) {
        const package_ = ecosystem.packageName(name);
        const pin = pinOf(package_, layer, pins);
        ownersOfGroup.claim(package_, layer);
        merged.push({ name: package_, pin, requirement: ecosystem.requirement(name, pin) });
      }
    }
  }
  return Object.fromEntries([...groups].map(([group, merged]) => [group, merged.sort(byName)]));
};

const pinOf = (name: string, layer: Layer, pins: Pins): string => {
  const pin = pins.get(name);
  if (pin === undefined) {
    throw new Error(
      `${layer.folder}/layer.json: '${name}' has no pin; add it ` +
        "to the stack's file in src/versions/.",
    );
  }
  return pin;
};

const byName = (left: Dependency, right: Dependency): number => (left.name < right.name ? -1 : 1);
