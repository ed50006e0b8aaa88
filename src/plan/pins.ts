import type { Catalogue, Selection } from "../options/types.ts";
import { matches, parseCondition } from "./condition.ts";
import type { Pins, PinsInstead, StackPins } from "./types.ts";
import { within } from "./within.ts";

/** A file below a stack's folder of pins: `requirements.txt`, or `<condition>/requirements.txt`. */
export type PinsEntry = { readonly path: string; readonly text: string };

/** The file of pins. */
export const REQUIREMENTS = "requirements.txt";
/** The file of images. */
const IMAGES = "Dockerfile";
/** The file of actions, in the shape of one of them. */
const ACTIONS = "action.yml";

/**
 * Reads the pins of a stack. Those of a condition replace one of the stack's own each.
 * @throws Error that names the file and what to do
 */
export const parsePins = (
  stack: string,
  entries: readonly PinsEntry[],
  catalogue: Catalogue,
): StackPins => {
  let common: Pins | undefined;
  let images: Pins = new Map();
  let actions: Pins = new Map();
  const instead: PinsInstead[] = [];
  for (const { path, text } of entries) {
    const file = `src/versions/${stack}/${path}`;
    within(file, () => {
      if (path === IMAGES) {
        images = parseImages(text);
        return;
      }
      if (path === ACTIONS) {
        actions = parseActions(text);
        return;
      }
      const [name, folder, ...deeper] = path.split("/").reverse();
      if (name !== REQUIREMENTS || deeper.length > 0) {
        throw new Error(`pins lie in ${REQUIREMENTS} or <condition>/${REQUIREMENTS}; move it`);
      }
      const pins = parseRequirements(text);
      if (folder === undefined) common = pins;
      else instead.push({ file, condition: parseCondition(folder, catalogue), pins });
    });
  }
  if (common === undefined) throw new Error(`src/versions/${stack}: there is no ${REQUIREMENTS}`);
  for (const { file, pins } of instead) checkReplaces(file, pins, common);
  return { common, instead, images, actions };
};

const checkReplaces = (file: string, pins: Pins, common: Pins): void => {
  if (pins.size === 0) throw new Error(`${file}: it pins nothing; delete it`);
  for (const [name, specifier] of pins) {
    const replaced = common.get(name);
    if (replaced === undefined || replaced === specifier) {
      const fault = replaced === undefined ? "replaces no pin" : "is the same as one";
      throw new Error(`${file}: '${name}${specifier}' ${fault} of the stack's own; delete it`);
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
 * Parses a Python requirements file: `name==version` or `name>=version`, one a line.
 * @throws Error that names the line
 */
export const parseRequirements = (text: string): Pins => {
  const pins = new Map<string, string>();
  text.split("\n").forEach((raw, index) => {
    const line = raw.replace(/(^|\s)#.*$/, "").trim();
    if (line === "") return;
    const [, name, specifier] = /^([A-Za-z0-9][\w.-]*)\s*((?:==|>=)[\w.!+]+)$/.exec(line) ?? [];
    if (name === undefined || specifier === undefined) {
      throw new Error(`line ${index + 1}: '${line}' is no 'name==version'`);
    }
    const key = normalise(name);
    if (pins.has(key)) throw new Error(`line ${index + 1}: '${name}' is pinned twice`);
    pins.set(key, specifier);
  });
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

/** The one spelling of a Python package's name (PEP 503). */
export const normalise = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

/** The name without its extras: `sqlalchemy[asyncio]` → `sqlalchemy`. */
export const packageName = (dependency: string): string =>
  normalise(dependency.replace(/\[.*$/, ""));

/** Whether some project of the stack depends on a package of this name. */
export const isPackage = ({ common, instead }: StackPins, name: string): boolean =>
  [common, ...instead.map(({ pins }) => pins)].some((pins) => pins.has(normalise(name)));
