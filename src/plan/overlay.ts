import { excerpt, UserError } from "../errors.ts";
import { catalogue as ours } from "../options/catalogue.ts";
import { nearest, suggestion } from "../options/nearest.ts";
import { type Policy, presetError } from "../options/preset.ts";
import { stackIds } from "../options/resolve.ts";
import type { Catalogue, Selection } from "../options/types.ts";
import { bounded } from "./bounds.ts";
import { matches } from "./condition.ts";
import { proofsOf } from "./controls.ts";
import { ecosystemOf } from "./ecosystems/ecosystems.ts";
import { parseLayers, type TemplateEntry } from "./layers.ts";
import { isPackage } from "./pins.ts";
import type { Layer, Pins, StackPins } from "./types.ts";

/** What an organisation adds to a stack. */
export type Overlay = {
  readonly policy: Policy;
  /** The preset as the user named it, for messages. */
  readonly shown: string;
  /** The files below the folder of layers: `<stack>/<condition>/<path>`. */
  readonly entries: readonly TemplateEntry[];
};

/** Layers and pins of a stack, ours and then an organisation's. */
export type Extended = { readonly layers: readonly Layer[]; readonly pins: StackPins };

/**
 * Lays an organisation's layers over those of a stack, and its bounds over their settings.
 * @throws UserError if its layers contain code, claim files of others, or weaken a control
 */
export const overlaid = (
  { layers, pins }: Extended,
  overlay: Overlay,
  selection: Selection,
  catalogue: Catalogue = ours,
): Extended => {
  const { policy, shown } = overlay;
  const stack = String(selection.stack);
  const entries = entriesOf(stack, overlay, catalogue);
  const place = `${shown}: ${policy.layers}/${stack}`;
  const theirs = mended(shown, () =>
    parseLayers(
      place,
      entries.filter(({ path }) => path !== pins.file),
      catalogue,
    ),
  ).map((layer) => ({ ...layer, name: `${policy.name}/${layer.name}` }));
  for (const layer of theirs) checkLayer(layer, layers, overlay);
  checkReplaced(theirs, layers, overlay);
  const chosen = theirs.filter(({ condition }) => matches(condition, selection));
  const replacing = new Set(chosen.flatMap(({ files }) => [...files.keys()]));
  const kept = layers.map((layer) => ({
    ...layer,
    files: new Map([...layer.files].filter(([path]) => !replacing.has(path))),
  }));
  return {
    layers: bounded([...kept, ...theirs], policy, shown),
    pins: { ...pins, common: pinned(stack, entries, pins, overlay) },
  };
};

/** Our own layers are proven without an overlay: what fails with one is the overlay's fault. */
export const mended = <Result>(shown: string, work: () => Result): Result => {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof UserError) throw error;
    const what = error.message.replace(/\s+/g, " ").trim();
    throw layerError(excerpt(what, 500), shown, error);
  }
};

const layerError = (what: string, where: string, cause?: unknown): UserError =>
  presetError(what, where, "Correct the preset; docs/presets.md documents layers.", cause);

const TEMPLATE = /\.ejs$/i;

const entriesOf = (
  stack: string,
  { entries, policy, shown }: Overlay,
  catalogue: Catalogue,
): readonly TemplateEntry[] => {
  const place = `${shown}: ${policy.layers}`;
  const stacks = stackIds(catalogue);
  for (const { path, content } of entries) {
    const [folder = "", ...below] = path.split("/");
    if (below.length > 0 && !stacks.includes(folder)) {
      const what = `There is no stack '${excerpt(folder)}'.`;
      throw presetError(what, `${place}/${excerpt(path)}`, suggestion(folder, stacks));
    }
    if (TEMPLATE.test(path)) {
      const what = "A template is code, and none of a preset is run.";
      const fix = "Give the file as it is to be; what differs belongs into layer.json.";
      throw presetError(what, `${place}/${path}`, fix);
    }
    checkText(path, content, `${place}/${path}`);
  }
  return entries
    .filter(({ path }) => path.startsWith(`${stack}/`))
    .map((entry) => ({ ...entry, path: entry.path.slice(stack.length + 1) }));
};

const DATA = /(?:^|\/)(?:layer|asvs)\.json$/;
const PART = /\/parts\//;
/** What shows in another order than it is read in, moves a terminal, or does not show at all. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const LONGEST = 1000;

/** Text that goes into our files must be visible to a reviewer of the preset. */
const checkText = (path: string, content: Uint8Array, where: string): void => {
  const text = Buffer.from(content).toString("utf8");
  const lines = DATA.test(path) ? stringsIn(text) : PART.test(path) ? text.split(/\r?\n/) : [];
  for (const line of lines) {
    if (HIDDEN.test(line)) throw layerError("It contains invisible characters.", where);
    if (line.length > LONGEST) {
      throw layerError(`It has a line of more than ${LONGEST} characters.`, where);
    }
  }
};

/** Every string in JSON, unescaped; invalid JSON is refused by its parser. */
const stringsIn = (json: string): readonly string[] => {
  const found: string[] = [];
  const keep = (key: string, value: unknown): unknown => {
    found.push(key, ...(typeof value === "string" ? [value] : []));
    return value;
  };
  try {
    JSON.parse(json, keep);
  } catch {
    return [];
  }
  return found;
};

const checkLayer = (layer: Layer, own: readonly Layer[], { policy }: Overlay): void => {
  const guarded = guardedFiles(own);
  for (const path of layer.files.keys()) {
    if (path.toLowerCase().split("/").includes(".git")) {
      const what = `${path} lies where git keeps its hooks and settings, which are run.`;
      throw presetError(what, layer.folder, "Remove it.");
    }
    const guard = guardOf(path, guarded);
    if (guard === undefined) continue;
    const what = `${path} would take the place of ${guard.path}, where '${guard.control}' is.`;
    const fix = "A control may not be replaced. Add a file of another name, or contribute to it.";
    throw presetError(what, layer.folder, fix);
  }
  for (const path of layer.parts.keys()) {
    if (path.endsWith(".md")) continue;
    const fix = "Write a file of your own, or use layer.json.";
    throw presetError(`Only documents take parts, and ${path} is none.`, layer.folder, fix);
  }
  const stated = new Set(own.flatMap(({ statements }) => Object.keys(statements)));
  const again = Object.keys(layer.statements).find((requirement) => stated.has(requirement));
  if (again !== undefined) {
    const what = `${again} is answered by create-secure-api.`;
    throw presetError(what, `${layer.folder}/asvs.json`, `Remove it from ${policy.name}.`);
  }
};

type Guard = { readonly path: string; readonly control: string };

/** The files that hold a control or its proof. */
const guardedFiles = (layers: readonly Layer[]): readonly Guard[] => {
  const titles = new Map(
    layers.flatMap(({ manifest }) => manifest.controls.map(({ id, title }) => [id, title])),
  );
  return layers.flatMap(proofsOf).flatMap(({ id, file, test }) => {
    const control = titles.get(id) ?? id;
    return [
      { path: file, control },
      { path: test.split("::", 1)[0] ?? test, control },
    ];
  });
};

const stem = (path: string): string => path.replace(/(?<=[^/])\.[^/]*$/, "").toLowerCase();

/** A folder or another extension of the same name is found before the file, in some languages. */
const guardOf = (path: string, guarded: readonly Guard[]): Guard | undefined =>
  guarded.find(
    (guard) =>
      stem(path) === stem(guard.path) || path.toLowerCase().startsWith(`${stem(guard.path)}/`),
  );

/** A file of ours is replaced by who says so, and why; what is put together of layers is not. */
const checkReplaced = (
  theirs: readonly Layer[],
  layers: readonly Layer[],
  { policy, shown }: Overlay,
): void => {
  const own = new Map(layers.flatMap(({ files }) => [...files]));
  const brought = theirs.flatMap(({ files, folder }) =>
    [...files.keys()].map((path) => ({ path, folder })),
  );
  for (const { path, folder } of brought) {
    const file = own.get(path);
    if (path.toLowerCase() === RECORD || file?.rendered === true) {
      const what = `${path} is put together for each project; no layer may replace it.`;
      throw presetError(what, folder, "Contribute to it: layer.json, or parts/ of it.");
    }
    if (file === undefined || policy.replaces[path] !== undefined) continue;
    const fix = "Name it below replaces, with the reason, or give it another name.";
    throw presetError(`${path} is a file of create-secure-api.`, folder, fix);
  }
  for (const path of Object.keys(policy.replaces)) {
    const where = `${shown}: replaces.${excerpt(path)}`;
    if (!own.has(path)) {
      const meant = nearest(path, [...own.keys()]);
      const fix = meant === undefined ? "Remove it." : `Did you mean ${meant}?`;
      throw presetError("There is no such file to replace.", where, fix);
    }
    if (!brought.some((file) => file.path === path)) {
      throw presetError("No layer of the preset brings it.", where, "Add it, or take this out.");
    }
  }
};

/** Where the generator keeps what it knows of a project. */
const RECORD = ".yo-rc.json";

const pinned = (
  stack: string,
  entries: readonly TemplateEntry[],
  pins: StackPins,
  { policy, shown }: Overlay,
): Pins => {
  const entry = entries.find(({ path }) => path === pins.file);
  if (entry === undefined) return pins.common;
  const where = `${shown}: ${policy.layers}/${stack}/${pins.file}`;
  const text = Buffer.from(entry.content).toString("utf8");
  const own = mended(where, () => ecosystemOf(pins.file).parse(text));
  for (const name of own.keys()) {
    if (!isPackage(pins, name)) continue;
    const fix = "Remove it: a preset pins only the packages of its own layers.";
    throw presetError(`${name} is pinned by create-secure-api.`, where, fix);
  }
  return new Map([...pins.common, ...own]);
};
