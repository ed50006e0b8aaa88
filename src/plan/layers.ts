import type { Catalogue } from "../options/types.ts";
import { pathFault } from "../render/paths.ts";
import { checkTemplate } from "../render/tags.ts";
import { parsed } from "../shapes.ts";
import { compareConditions, parseCondition, termsOf } from "./condition.ts";
import { leftOvers } from "./ecosystems/ecosystems.ts";
import { entriesHash } from "./hash.ts";
import {
  type LayerManifest,
  manifestSchema,
  type Statements,
  statementsSchema,
} from "./manifest.ts";
import { DOTTED, RENDERED } from "./template-path.ts";
import type { Layer, TemplateFile } from "./types.ts";
import { within } from "./within.ts";

/** A file below a stack's template folder: `<condition>/<path>`. */
export type TemplateEntry = {
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
};

const MANIFEST = "layer.json";
const STATEMENTS = "asvs.json";
const PARTS = "parts/";
/** Is read to prove a project, and makes none. */
export const MUTANTS = "mutants.json";

/**
 * Reads a stack's layers out of its template files, in the order in which they contribute.
 * @param place where the files lie, for messages: `templates/<stack>`
 * @throws Error that names the file, the layer and what to do
 */
export const parseLayers = (
  place: string,
  entries: readonly TemplateEntry[],
  catalogue: Catalogue,
): readonly Layer[] => {
  const folders = new Set(entries.map((entry) => entry.path.split("/", 1)[0] ?? ""));
  const layers = [...folders].map((name) => {
    if (entries.some((entry) => entry.path === name)) {
      throw new Error(`${place}/${name}: it lies in no layer; move it into a folder`);
    }
    const found = entries.filter(
      ({ path }) => path.startsWith(`${name}/`) && path !== `${name}/${MUTANTS}`,
    );
    return parseLayer(place, name, found, catalogue);
  });
  return inOrder(layers, catalogue);
};

/** Layers in the order in which they contribute; those of one condition stay as they come. */
export const inOrder = (layers: readonly Layer[], catalogue: Catalogue): readonly Layer[] => {
  const compare = compareConditions(catalogue);
  return layers.toSorted((left, right) => compare(left.condition, right.condition));
};

const parseLayer = (
  place: string,
  name: string,
  entries: readonly TemplateEntry[],
  catalogue: Catalogue,
): Layer => {
  const folder = `${place}/${name}`;
  const condition = within(folder, () => parseCondition(name, catalogue));
  const files = new Map<string, TemplateFile>();
  const parts = new Map<string, Map<string, string>>();
  let manifest = parseManifest({});
  let statements: Statements = {};
  for (const entry of entries) {
    const path = entry.path.slice(name.length + 1);
    const template = `${folder}/${path}`;
    within(template, () => {
      if (path === MANIFEST) {
        manifest = parseManifest(JSON.parse(decode(entry.content)));
      } else if (path === STATEMENTS) {
        statements = parsed(statementsSchema, JSON.parse(decode(entry.content)));
      } else if (path.startsWith(PARTS)) {
        addPart(parts, path.slice(PARTS.length), decode(entry.content));
      } else {
        addFile(files, path, { ...entry, template });
      }
    });
  }
  within(`${folder}/${MANIFEST}`, () => checkReason(termsOf(condition), manifest));
  const hash = entriesHash(
    entries.map((entry) => ({ ...entry, path: entry.path.slice(name.length + 1) })),
  );
  return { name, folder, condition, manifest, hash, statements, files, parts };
};

const parseManifest = (data: unknown): LayerManifest => parsed(manifestSchema, data);

const checkReason = (terms: number, manifest: LayerManifest): void => {
  if (terms > 1 && manifest.reason === undefined) {
    throw new Error("a layer for a combination needs a 'reason': why can no seam remove it?");
  }
  if (terms < 2 && manifest.reason !== undefined) {
    throw new Error("only a layer for a combination has a 'reason'; remove it");
  }
};

const addPart = (parts: Map<string, Map<string, string>>, path: string, text: string): void => {
  const cut = path.lastIndexOf("/");
  const [, slot] = /^([a-z][a-z0-9-]*)\.md$/.exec(path.slice(cut + 1)) ?? [];
  if (cut < 1 || slot === undefined) {
    throw new Error("a part lies at parts/<rendered path>/<slot>.md; move it");
  }
  const target = projectPath(path.slice(0, cut));
  const slots = parts.get(target) ?? new Map<string, string>();
  slots.set(slot, text.trim());
  parts.set(target, slots);
};

const addFile = (
  files: Map<string, TemplateFile>,
  path: string,
  file: Omit<TemplateFile, "rendered">,
): void => {
  const rendered = path.endsWith(RENDERED);
  const target = projectPath(rendered ? path.slice(0, -RENDERED.length) : path);
  if (files.has(target)) throw new Error(`two files of this layer become '${target}'; delete one`);
  if (rendered) checkTemplate(decode(file.content));
  const { template, content, executable } = file;
  files.set(target, { template, content, executable, rendered });
};

const projectPath = (path: string): string => {
  const segments = path.split("/");
  for (const segment of segments) {
    if (segment.startsWith(".")) {
      throw new Error(`packing may drop '${segment}'; store it as '${DOTTED}${segment.slice(1)}'`);
    }
    if (leftOvers.includes(segment)) {
      throw new Error(`'${segment}' is left over from a run; delete it`);
    }
  }
  const target = segments
    .map((segment) => (segment.startsWith(DOTTED) ? `.${segment.slice(DOTTED.length)}` : segment))
    .join("/");
  const fault = pathFault(target);
  if (fault !== undefined) throw new Error(`'${target}' ${fault}; rename it`);
  return target;
};

const decode = (content: Uint8Array): string =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
