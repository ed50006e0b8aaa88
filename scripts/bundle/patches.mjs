import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const modules = resolve(import.meta.dirname, "../../node_modules");
const versionOf = (name) =>
  JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;

/**
 * In a bundle, the package.json beside a file is ours. These three read their own: they get the
 * text that they would have read.
 */
const patches = [
  {
    file: "yeoman-environment/dist/environment-base.js",
    from: "require('../package.json').version",
    to: () => JSON.stringify(versionOf("yeoman-environment")),
  },
  {
    file: "yeoman-generator/dist/generator.js",
    from: "JSON.parse(readFileSync(pathJoin(_dirname, '../package.json'), 'utf8'))",
    to: () => JSON.stringify({ version: versionOf("yeoman-generator") }),
  },
  {
    file: "yeoman-environment/dist/module-lookup.js",
    from: "JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json')).toString()).name",
    to: () => JSON.stringify("yeoman-environment"),
  },
];

const refuse = (name, what) =>
  `const refuse = () => { throw new Error(${JSON.stringify(`${what} is not part of this bundle (${name}).`)}); };`;

/** What a generator of ours never calls, and what weighs more than everything else together. */
const stubs = {
  "fly-import": `${refuse("fly-import", "Installing generators")}
export const flyImport = refuse;
export class FlyRepository { repositoryPath; constructor(options) { this.repositoryPath = options?.repositoryPath; } }`,
  "latest-version": `${refuse("latest-version", "Looking up versions")}
export default refuse;`,
  "simple-git": `${refuse("simple-git", "simple-git")}
export const CheckRepoActions = {};
export const CleanOptions = {};
export const simpleGit = refuse;`,
  // Every question is one of ours (generators/app/prompts), made with @inquirer/core.
  "@inquirer/prompts": `${refuse("@inquirer/prompts", "This prompt")}
export { Separator } from "@inquirer/core";
export { ${["input", "select", "number", "confirm", "rawlist", "expand", "checkbox", "password", "editor", "search"].map((name) => `refuse as ${name}`).join(", ")} };`,
};

/** An esbuild plugin; `assertApplied` fails when a patch or a stub no longer finds its place. */
export function yeomanPatches() {
  const applied = new Set();
  const plugin = {
    name: "yeoman-patches",
    setup(build) {
      const names = Object.keys(stubs).map((name) => name.replace("/", "\\/"));
      build.onResolve({ filter: new RegExp(`^(${names.join("|")})$`) }, ({ path }) => {
        applied.add(path);
        return { path, namespace: "stub" };
      });
      build.onLoad({ filter: /.*/, namespace: "stub" }, ({ path }) => ({
        contents: stubs[path],
        loader: "js",
        resolveDir: modules,
      }));
      for (const patch of patches) {
        const path = join(modules, patch.file);
        const filter = new RegExp(`${patch.file.replaceAll(/[./]/g, "\\$&")}$`);
        build.onLoad({ filter }, () => {
          const parts = readFileSync(path, "utf8").split(patch.from);
          if (parts.length !== 2) {
            throw new Error(`${patch.file} holds ${parts.length - 1} times: ${patch.from}`);
          }
          applied.add(patch.file);
          return { contents: parts.join(patch.to()), loader: "js" };
        });
      }
    },
  };
  const assertApplied = () => {
    const expected = [...Object.keys(stubs), ...patches.map(({ file }) => file)];
    const missing = expected.filter((name) => !applied.has(name));
    if (missing.length > 0) throw new Error(`Not found in the bundle: ${missing.join(", ")}`);
  };
  return { plugin, assertApplied };
}
