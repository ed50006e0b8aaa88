import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { catalogue as ours } from "../options/catalogue.ts";
import type { Catalogue } from "../options/types.ts";
import { packageRoot } from "../package-root.ts";
import { parseToolchain, type Toolchain } from "../project/toolchain.ts";
import { parseLayers, type TemplateEntry } from "./layers.ts";
import { parseRequirements } from "./pins.ts";
import type { Layer, Pins } from "./types.ts";

/** What a stack's projects are made of, and what runs them. */
export type Stack = {
  readonly layers: readonly Layer[];
  readonly pins: Pins;
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
  const templates = join(root, "templates", stack);
  const requirements = join(root, "src", "versions", stack, "requirements.txt");
  if (!existsSync(templates)) throw new Error(`templates/${stack}: there is no such folder`);
  return {
    layers: parseLayers(stack, readEntries(templates).filter(isInLayer), catalogue),
    pins: parseRequirements(readFileSync(requirements, "utf8")),
    toolchain: readToolchain(stack, templates),
  };
};

const isInLayer = (entry: TemplateEntry): boolean => entry.path !== TOOLCHAIN;

const readToolchain = (stack: string, folder: string): Toolchain => {
  try {
    return parseToolchain(JSON.parse(readFileSync(join(folder, TOOLCHAIN), "utf8")));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`templates/${stack}/${TOOLCHAIN}: ${message}`, { cause: error });
  }
};

const readEntries = (folder: string): readonly TemplateEntry[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = relative(folder, file).split(sep).join("/");
      if (!entry.isFile()) throw new Error(`templates: '${path}' is no plain file; replace it`);
      const executable = (statSync(file).mode & 0o111) !== 0;
      return { path, content: readFileSync(file), executable };
    })
    .sort((left, right) => (left.path < right.path ? -1 : 1));
