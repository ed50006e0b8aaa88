import type { Catalogue, Selection } from "../options/types.ts";
import { matches, parseCondition } from "./condition.ts";
import type { Ecosystem } from "./ecosystems/ecosystem.ts";
import { ecosystemOf, pinFiles } from "./ecosystems/ecosystems.ts";
import type { Pins, PinsInstead, StackPins } from "./types.ts";
import { within } from "./within.ts";

/** A file below a stack's folder of pins: `<file of pins>`, or `<condition>/<file of pins>`. */
export type PinsEntry = { readonly path: string; readonly text: string };

/** The file of images. */
const IMAGES = "Dockerfile";
/** The file of actions, in the shape of one of them. */
const ACTIONS = "action.yml";

/** Where pins lie that every stack has. */
export const SHARED_PINS = "src/versions/shared";

/**
 * Reads the pins of a stack. Those of a condition replace one of the stack's own each.
 * @param shared images and actions that every stack has
 * @throws Error that names the file and what to do
 */
export const parsePins = (
  stack: string,
  entries: readonly PinsEntry[],
  catalogue: Catalogue,
  shared: readonly PinsEntry[] = [],
): StackPins => {
  const folder = `src/versions/${stack}`;
  const ecosystem = ecosystemIn(folder, entries);
  let common: Pins = new Map();
  const places = [
    { folder: SHARED_PINS, entries: shared },
    { folder, entries },
  ];
  const instead: PinsInstead[] = [];
  for (const { path, text } of entries) {
    if (path === IMAGES || path === ACTIONS) continue;
    const file = `${folder}/${path}`;
    within(file, () => {
      const [name, condition, ...deeper] = path.split("/").reverse();
      if (name !== ecosystem.file || deeper.length > 0) {
        const where = `${ecosystem.file} or <condition>/${ecosystem.file}`;
        throw new Error(`pins lie in ${where}; move it`);
      }
      const pins = ecosystem.parse(text);
      if (condition === undefined) common = pins;
      else instead.push({ file, condition: parseCondition(condition, catalogue), pins });
    });
  }
  for (const { file, pins } of instead) checkReplaces(file, pins, common, ecosystem);
  return {
    file: ecosystem.file,
    common,
    instead,
    images: united(places, IMAGES, parseImages),
    actions: united(places, ACTIONS, parseActions),
  };
};

/** The pins of one file in several places; none of them is pinned in two. */
const united = (
  places: readonly { readonly folder: string; readonly entries: readonly PinsEntry[] }[],
  name: string,
  parse: (text: string) => Pins,
): Pins => {
  const all = new Map<string, string>();
  for (const { folder, entries } of places) {
    const text = entries.find(({ path }) => path === name)?.text;
    if (text === undefined) continue;
    within(`${folder}/${name}`, () => {
      for (const [pinned, pin] of parse(text)) {
        if (all.has(pinned)) throw new Error(`${SHARED_PINS}/${name} pins '${pinned}' already`);
        all.set(pinned, pin);
      }
    });
  }
  return all;
};

/** The ecosystem of a stack: the file that its pins lie in says which. */
const ecosystemIn = (folder: string, entries: readonly PinsEntry[]): Ecosystem => {
  const [file, ...more] = pinFiles.filter((name) => entries.some(({ path }) => path === name));
  if (file !== undefined && more.length === 0) return ecosystemOf(file);
  const known = pinFiles.join(" or ");
  throw new Error(
    `${folder}: its pins lie in one file, ${known}; there ${file === undefined ? "is none" : "are two"}`,
  );
};

const checkReplaces = (
  file: string,
  pins: Pins,
  common: Pins,
  { requirement }: Ecosystem,
): void => {
  if (pins.size === 0) throw new Error(`${file}: it pins nothing; delete it`);
  for (const [name, pin] of pins) {
    const replaced = common.get(name);
    if (replaced === undefined || replaced === pin) {
      const fault = replaced === undefined ? "replaces no pin" : "is the same as one";
      throw new Error(
        `${file}: '${requirement(name, pin)}' ${fault} of the stack's own; delete it`,
      );
    }
  }
};

/**
 * The pins of one project.
 * @throws Error when two files replace the same pin
 */
export const pinsFor = ({ common, instead }: StackPins, selection: Selection): Pins => {
  const pins = new Map(common);
  const owners = new Map<string, string>();
  for (const { file, condition, pins: replacing } of instead) {
    if (!matches(condition, selection)) continue;
    for (const [name, specifier] of replacing) {
      const owner = owners.get(name);
      if (owner !== undefined) {
        throw new Error(`'${name}' is pinned by ${owner} and by ${file}; leave it to one.`);
      }
      owners.set(name, file);
      pins.set(name, specifier);
    }
  }
  return pins;
};

/**
 * Parses images, written as a Dockerfile names its stages, which update bots read:
 * `FROM image:tag@digest AS name`, one a line.
 * @throws Error that names the line
 */
const parseImages = (text: string): Pins => {
  const images = new Map<string, string>();
  text.split("\n").forEach((line, index) => {
    if (line === "" || line.startsWith("#")) return;
    const [, image, name] =
      /^FROM ([\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}) AS ([a-z][a-z0-9-]*)$/.exec(line) ?? [];
    if (image === undefined || name === undefined) {
      throw new Error(`line ${index + 1}: '${line}' is no 'FROM image:tag@sha256:… AS name'`);
    }
    if (images.has(name)) throw new Error(`line ${index + 1}: '${name}' is pinned twice`);
    images.set(name, image);
  });
  return images;
};

/**
 * Parses actions of GitHub, written as the steps of a composite action, which update bots read:
 * `- uses: owner/name@commit # tag`, one a line.
 * @throws Error that names the line
 */
const parseActions = (text: string): Pins => {
  const actions = new Map<string, string>();
  text.split("\n").forEach((line, index) => {
    if (!line.includes("uses:")) return;
    const [, action, name] =
      /^ {4}- uses: (([\w.-]+\/[\w.-]+)@[0-9a-f]{40} # v[\w.-]+)$/.exec(line) ?? [];
    if (action === undefined || name === undefined) {
      throw new Error(
        `line ${index + 1}: '${line.trim()}' is no '- uses: owner/name@commit # tag'`,
      );
    }
    if (actions.has(name)) throw new Error(`line ${index + 1}: '${name}' is pinned twice`);
    actions.set(name, action);
  });
  return actions;
};

/** Whether some project of the stack depends on a package of this name. */
export const isPackage = ({ file, common, instead }: StackPins, name: string): boolean => {
  const known = ecosystemOf(file).packageName(name);
  return [common, ...instead.map(({ pins }) => pins)].some((pins) => pins.has(known));
};
