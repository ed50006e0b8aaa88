import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { excerpt, UserError } from "../errors.ts";
import { presetError } from "../options/preset.ts";
import { entriesHash } from "../plan/hash.ts";
import type { TemplateEntry } from "../plan/layers.ts";
import { pathFault } from "../render/paths.ts";

/** What a preset's folder calls its file. */
const NAMES = ["preset.yaml", "preset.yml", "preset.json"];
const PACKAGE = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
/** Files that file managers leave in folders. */
const LITTER = /^(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/i;
const MOST_FILES = 500;
const MOST_BYTES = 5_000_000;

/** A preset's file, found and read. */
export type PresetFile = {
  /** As it is named in messages. */
  readonly shown: string;
  /** The folder that it lies in. */
  readonly folder: string;
  readonly text: string;
};

/**
 * Finds a preset by name: a file, a folder, or an installed package.
 * @throws UserError that says where it was looked for
 */
export function readPreset(named: string, cwd: string): PresetFile {
  const shown = excerpt(named);
  const place = placeOf(named, cwd);
  if (place === undefined) {
    const what = PACKAGE.test(named)
      ? "There is no such file or folder, and no such package in node_modules."
      : "There is no such file or folder.";
    throw presetError(what, shown, "Give a file, a folder, or a package that is installed here.");
  }
  const file = lookAt(place, shown).isDirectory() ? fileIn(place, shown) : place;
  if (!lookAt(file, shown).isFile()) {
    throw presetError("It is no file.", shown, `Give one, or a folder with ${NAMES[0]}.`);
  }
  const isNamed = file === place;
  return {
    shown: isNamed ? shown : `${shown.replace(/\/+$/, "")}/${basename(file)}`,
    folder: dirname(file),
    text: read(file, shown),
  };
}

/** Links are followed as far as here: package managers make them. */
const placeOf = (named: string, cwd: string): string | undefined => {
  const path = resolve(cwd, named);
  if (exists(path)) return realpathSync(path);
  if (!PACKAGE.test(named)) return undefined;
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = join(folder, "node_modules", named);
    if (exists(found)) return realpathSync(found);
    if (dirname(folder) === folder) return undefined;
  }
};

const exists = (path: string): boolean => {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
};

const lookAt = (path: string, shown: string) => {
  try {
    return lstatSync(path);
  } catch (error) {
    throw unreadable(error, shown);
  }
};

const unreadable = (error: unknown, shown: string): UserError => {
  const reason = error instanceof Error ? error.message : String(error);
  return presetError(
    `It cannot be read (${excerpt(reason, 200)}).`,
    shown,
    "Give another one.",
    error,
  );
};

const fileIn = (folder: string, shown: string): string => {
  const found = NAMES.filter((name) => exists(join(folder, name)));
  const [name, second] = found;
  if (name === undefined) {
    throw presetError("This folder is no preset.", shown, `A preset has a ${NAMES[0]}.`);
  }
  if (second === undefined) return join(folder, name);
  throw presetError(`It has both ${name} and ${second}.`, shown, "Delete one of them.");
};

const read = (file: string, shown: string): string => {
  try {
    if (statSync(file).size > MOST_BYTES)
      throw presetError("It is too long.", shown, "Shorten it.");
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError)
      throw presetError("It is no text in UTF-8.", shown, "Save it so.");
    if (error instanceof UserError) throw error;
    throw unreadable(error, shown);
  }
};

/**
 * Reads the folder of a preset's layers: plain files inside of it, and not without end.
 * @param name the folder, relative to the preset's file
 * @throws UserError for a path that leads elsewhere, a link, or too much of anything
 */
export function readLayerFiles(
  { folder, shown }: PresetFile,
  name: string,
): readonly TemplateEntry[] {
  const where = `${shown}: layers`;
  const fault = name.includes("/") ? "is no single folder" : pathFault(name);
  if (fault !== undefined) {
    const fix = "Name a folder beside the preset's file, such as 'layers'.";
    throw presetError(`'${excerpt(name)}' ${fault}.`, where, fix);
  }
  try {
    return filesOf(join(folder, name), where, (path) => `${shown}: ${excerpt(name + path)}`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreadable(error, where);
  }
}

function filesOf(
  folder: string,
  where: string,
  told: (path: string) => string,
): readonly TemplateEntry[] {
  const paths = filesBelow(folder, told);
  const sizes = paths.map((path) => statSync(join(folder, path)).size);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (paths.length > MOST_FILES || bytes > MOST_BYTES) {
    const what = `There are more than ${MOST_FILES} files or ${MOST_BYTES / 1e6} MB.`;
    throw presetError(what, where, "Leave out what is no layer.");
  }
  return paths.map((path) => {
    const place = join(folder, path);
    const executable = (statSync(place).mode & 0o111) !== 0;
    return { path, content: readFileSync(place), executable };
  });
}

/** The paths of files below a folder, sorted; a link would lead out of it. */
function filesBelow(folder: string, told: (path: string) => string): readonly string[] {
  const walk = (path: string): readonly string[] => {
    const found = lookAt(folder + path, told(path));
    if (found.isFile() && path !== "") return [path.slice(1)];
    if (found.isDirectory()) {
      return readdirSync(folder + path)
        .filter((child) => !LITTER.test(child))
        .flatMap((child) => walk(`${path}/${child}`));
    }
    const what = found.isSymbolicLink() ? "It is a link." : "It is no folder or file.";
    throw presetError(what, told(path), "Put plain files into folders there.");
  };
  return walk("").toSorted();
}

/** SHA-256 of everything that a preset says. */
export const presetHash = (text: string, entries: readonly TemplateEntry[]): string =>
  createHash("sha256").update(`${text.length}\0${text}`).update(entriesHash(entries)).digest("hex");
