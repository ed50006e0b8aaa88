import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { catalogue as ours } from "../options/catalogue.ts";
import type { Catalogue } from "../options/types.ts";
import { packageRoot } from "../package-root.ts";
import { inOrder, parseLayers, type TemplateEntry } from "./layers.ts";
import { type PinsEntry, parsePins, SHARED_PINS } from "./pins.ts";
import { parseToolchain, type Toolchain } from "./toolchain.ts";
import type { Layer, Stack } from "./types.ts";
import { within } from "./within.ts";

/** Holds what is true of every stack, in layers of the same conditions. */
const SHARED = "templates/shared";
/** Lies beside the layers, is about the stack and no part of a project. */
const TOOLCHAIN = "stack.json";

/**
 * Reads a stack's layers and pins out of their folders, and checks them.
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
  const toolchain = readToolchain(root, templates);
  const beside = [TOOLCHAIN, toolchain.proving?.worker];
  const entries = readEntries(root, templates).filter(({ path }) => !beside.includes(path));
  return {
    layers: inOrder(
      [...sharedLayers(root, catalogue), ...parseLayers(templates, entries, catalogue)],
      catalogue,
    ),
    pins: parsePins(
      stack,
      readEntries(root, `src/versions/${stack}`).map(toText),
      catalogue,
      readShared(root, SHARED_PINS).map(toText),
    ),
    toolchain,
  };
};

const sharedLayers = (root: string, catalogue: Catalogue): readonly Layer[] =>
  parseLayers(SHARED, readShared(root, SHARED), catalogue).map((layer) => ({
    ...layer,
    name: `shared/${layer.name}`,
  }));

/** What stacks share; a stack that stands alone shares nothing. */
const readShared = (root: string, folder: string): readonly TemplateEntry[] =>
  existsSync(join(root, folder)) ? readEntries(root, folder) : [];

const toText = ({ path, content }: TemplateEntry): PinsEntry => ({
  path,
  text: Buffer.from(content).toString("utf8"),
});

export const readToolchain = (root: string, folder: string): Toolchain =>
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
