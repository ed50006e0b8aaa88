import type { Layer } from "./types.ts";

/** Law 3: remembers who owns each thing of one kind, and refuses a second owner. */
export class Owners {
  readonly #kind: string;
  readonly #owners = new Map<string, string>();

  constructor(kind: string) {
    this.#kind = kind;
  }

  /** @throws Error that names both owners */
  claim(id: string, layer: Layer): void {
    const owner = this.#owners.get(id);
    if (owner !== undefined) {
      throw new Error(
        `The ${this.#kind} '${id}' has two owners: ${owner} and ` +
          `${layer.folder}. Leave it to one, or to a layer that both need.`,
      );
    }
    this.#owners.set(id, layer.folder);
  }
}

/** What layers contribute of one kind, each with one owner. */
export const mergeOwned = <Entry extends object, Key extends keyof Entry>(
  layers: readonly Layer[],
  kind: string,
  entriesOf: (layer: Layer) => readonly Entry[],
  key: Key,
): readonly Entry[] => {
  const owners = new Owners(kind);
  return layers.flatMap((layer) => {
    for (const entry of entriesOf(layer)) owners.claim(String(entry[key]), layer);
    return entriesOf(layer);
  });
};
