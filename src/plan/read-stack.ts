import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { catalogue as ours } from "../options/catalogue.ts";
import type { Catalogue } from "../options/types.ts";
import { packageRoot } from "../package-root.ts";
import { parseToolchain, type Toolchain } from "../project/toolchain.ts";
import { entriesHash } from "./hash.ts";
import { parseLayers, type TemplateEntry } from "./layers.ts";
import { type PinsEntry, parsePins } from "./pins.ts";
import type { Layer, StackPins } from "./types.ts";
import { within } from "./within.ts";

/** What a stack's projects are made of, and what runs them. */
export type Stack = {
  readonly layers: readonly Layer[];
  readonly pins: StackPins;
  readonly toolchain: Toolchain;
};

/** Lies beside the layers, is about the stack and no part of a project. */
const TOOLCHAIN = "stack.json";

/**
 * Reads a stack's layers and pins. This is the only place of the core that touches the disk.
 * @param root the folder that holds `templates/` and `src/versions/`
 * @throws Error that names the template and what to do
 */
export const readStack = (
  stack: string,
  catalogue: Catalogue = ours,
  root: string = packageRoot(),
): Stack => {
  const templates = `templates/${stack}`;
  if (!existsSync(join(root, templates))) throw new Error(`${templates}: there is no such folder`);
  return {
    layers: parseLayers(stack, readEntries(root, templates).filter(isInLayer), catalogue),
    pins: readPins(stack, catalogue, root),
    toolchain: readToolchain(root, templates),
  };
};

/** A hash of each of these layers, over the paths, bits and bytes of its files. */
export const readLayerHashes = (
  stack: string,
  names: readonly string[],
  root: string = packageRoot(),
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names.map((name) => [name, entriesHash(readEntries(root, `templates/${stack}/${name}`))]),
  );

/** Reads a stack's pins alone, which are a few lines. */
export const readPins = (
  stack: string,
  catalogue: Catalogue = ours,
  root: string = packageRoot(),
): StackPins => parsePins(stack, readEntries(root, `src/versions/${stack}`).map(toText), catalogue);

const toText = ({ path, content }: TemplateEntry): PinsEntry => ({
  path,
  text: Buffer.from(content).toString("utf8"),
});

const isInLayer = (entry: TemplateEntry): boolean => entry.path !== TOOLCHAIN;

const readToolchain = (root: string, folder: string): Toolchain =>
  within(`${folder}/${TOOLCHAIN}`, () =>
    parseToolchain(JSON.parse(readFileSync(join(root, folder, TOOLCHAIN), "utf8"))),
  );

const readEntries = (root: string, folder: string): readonly TemplateEntry[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = relative(join(root, folder), file).split(sep).join("/");
      if (!entry.isFile()) throw new Error(`${folder}: '${path}' is no plain file; replace it`);
      const executable = (statSync(file).mode & 0o111) !== 0;
      return { path, content: readFileSync(file), executable };
    })
    .sort((left, right) => (left.path < right.path ? -1 : 1));
