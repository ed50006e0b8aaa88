import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../../../src/package-root.ts";

/** Text that stands in a file once, and what stands there instead. */
type Edit = readonly [file: string, before: string, after: string];

/** What a version has otherwise than the one before it. Paths are those of templates. */
export type Newer = {
  /** Files that it has. @param read what the version before has in a file */
  readonly added: (read: (path: string) => string) => Readonly<Record<string, string>>;
  readonly edits: readonly Edit[];
  /** A file of the base that moves. */
  readonly moved: readonly [from: string, to: string];
};

/** What is only in the version before. */
export const OLD = "docs/legacy.md";

const SETTING =
  '{"name": "LIFE_TIMES", "group": "Service", "kind": "int", "default": 9, "min": 1, "max": 99, "doc": "How many lives a client has."}';

/** What every stack has otherwise. */
const edits: readonly Edit[] = [
  ["../shared/base/layer.json", '{"name": "APP_NAME",', `${SETTING},\n    {"name": "APP_NAME",`],
  ["base/README.md.ejs", "## Deployment\n", "## Deployment\n\nRead this before each release.\n"],
];

/** Where the file that moves is named. */
const NAMED = ["base/layer.json", "base/mutants.json"];

/** Two versions of the package: folders with templates and pins. */
export const twoVersions = (stack: string, newer: Newer) => {
  const root = mkdtempSync(join(tmpdir(), "versions-"));
  const copy = (name: string): string => {
    for (const folder of ["templates/shared", `templates/${stack}`, "src/versions"]) {
      cpSync(join(packageRoot(), folder), join(root, name, folder), { recursive: true });
    }
    return join(root, name);
  };
  const [then, now] = [copy("then"), copy("now")];
  const at = (version: string, path: string): string => join(version, "templates", stack, path);
  const read = (path: string): string => readFileSync(at(now, path), "utf8");
  const write = (version: string, path: string, text: string): void => {
    mkdirSync(dirname(at(version, path)), { recursive: true });
    writeFileSync(at(version, path), text, { flag: "wx" });
  };
  write(then, `base/${OLD}`, "# What was\n\nThis goes away.\n");
  for (const [path, text] of Object.entries(newer.added(read))) write(now, path, text);
  for (const [file, before, after] of [...edits, ...newer.edits]) {
    const text = read(file);
    if (text.split(before).length !== 2) throw new Error(`${file} does not have once: ${before}`);
    writeFileSync(
      at(now, file),
      text.replace(before, () => after),
    );
  }
  const [from, to] = newer.moved;
  mkdirSync(dirname(at(now, `base/${to}`)), { recursive: true });
  renameSync(at(now, `base/${from}`), at(now, `base/${to}`));
  for (const file of NAMED) writeFileSync(at(now, file), read(file).replaceAll(from, to));
  return { then, now, remove: () => rmSync(root, { recursive: true, force: true }) };
};
