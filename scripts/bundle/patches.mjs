import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const modules = resolve(import.meta.dirname, "../../node_modules");
const versionOf = (name) =>
  JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;

/**
 * In a bundle, the package.json beside a file is ours. Three files read their own: they get the
 * text that they would have read. The fourth holds all of lodash in a field.
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
  { file: "yeoman-generator/dist/generator.js", from: "\n    _ = _;\n", to: () => "\n" },
];

/**
 * What execa offers beyond running a program to its end: [file, what it imports, from where, what
 * it gets instead].
 */
const offered = [
  ["methods/create.js", "execaCoreSync", "./main-sync.js", "null"],
  ["methods/create.js", "isTemplateString, parseTemplates", "./template.js", "() => false, null"],
  ["methods/main-async.js", "addIpcMethods", "../ipc/methods.js", "() => {}"],
  ["methods/main-async.js", "pipeToSubprocess", "../pipe/setup.js", "() => {}"],
  ["methods/main-async.js", "addConvertedStreams", "../convert/add.js", "() => {}"],
  ["resolve/wait-subprocess.js", "throwOnGracefulCancel", "../terminate/graceful.js", "() => []"],
  ["resolve/wait-subprocess.js", "sendIpcInput", "../ipc/ipc-input.js", "() => {}"],
  [
    "resolve/wait-subprocess.js",
    "waitForIpcOutput, getBufferedIpcOutput",
    "../ipc/buffer-messages.js",
    "() => [], () => []",
  ],
];
for (const [file, names, path, instead] of offered) {
  patches.push({
    file: `execa/lib/${file}`,
    from: `import {${names}} from '${path}';`,
    to: () => `const [${names}] = [${instead}];`,
  });
}

/** The part of a package that is used, where its own entry brings all of it. */
const entries = {
  "@yeoman/adapter": 'export { TerminalAdapter } from "./dist/adapter.js";',
  // What Yeoman notes down for whoever develops Yeoman.
  debug: "export default () => () => {};",
  execa: `import { createExeca } from "./lib/methods/create.js";
export const execa = createExeca(() => ({}));`,
  rxjs: 'export * from "./dist/esm/index.js";',
  // Whether the environment is new enough for the generator: both are pinned together.
  semver: "export const lte = () => true;",
  "fs-extra": `import fs from "node:fs";
import mkdirs from "./lib/mkdirs/index.js";
import move from "./lib/move/index.js";
import remove from "./lib/remove/index.js";
export default { ...fs, ...mkdirs, ...move, ...remove };`,
  // It helps calls that wait. Whatever we write is written at once.
  "graceful-fs": 'module.exports = require("node:fs");',
  "yeoman-environment": 'export { default as EnvironmentBase } from "./dist/environment-base.js";',
};

/** What a generator of ours never calls: what is named throws. */
const refused = {
  // Every question is one of ours (generators/app/prompts), made with @inquirer/core.
  "@inquirer/prompts": "checkbox confirm editor expand input number password rawlist search select",
  "@yeoman/conflicter": "createConflicterTransform createYoResolveTransform forceYoFiles",
  "@yeoman/transform": "filePipeline transform",
  binaryextensions: "default",
  chalk: "default",
  figures: "default",
  "fly-import": "default flyImport",
  globby: "globbySync",
  isbinaryfile: "isBinaryFileSync",
  "latest-version": "default",
  minimatch: "minimatch",
  multimatch: "default",
  "pretty-ms": "default",
  "read-package-up": "readPackageUpSync",
  "simple-git": "CheckRepoActions CleanOptions simpleGit",
  "strip-bom-stream": "default",
  teex: "default",
  "text-table": "default",
  textextensions: "default",
  tinyglobby: "glob globSync isDynamicPattern",
  "which-package-manager": "whichPackageManager",
};

/** The same, of what is ours to use and not Yeoman's: the terminal, and programs. */
const refusedToYeoman = {
  "yeoman-environment": { "@yeoman/adapter": "QueuedAdapter", execa: "execa execaSync" },
  "yeoman-generator": {
    execa: "execa execaCommand execaCommandSync execaSync",
    // Answers are stored nowhere (generators/app/index.ts).
    "lodash-es": "cloneDeep merge",
  },
};

/** What stands beside the names that are refused, for it is used while modules are loaded. */
const beside = {
  "@inquirer/prompts": 'export { Separator } from "@inquirer/core";',
  "lodash-es": 'export { defaults, get, set } from "lodash-es";',
  "fly-import":
    "export class FlyRepository { constructor(options) { this.repositoryPath = options?.repositoryPath; } }",
};

const refusal = (name, exports) => {
  const names = exports.split(" ").map((exported) => `refuse as ${exported}`);
  const said = JSON.stringify(`${name} is not part of this bundle.`);
  return `const refuse = () => { throw new Error(${said}); };
export { ${names.join(", ")} };
${beside[name] ?? ""}`;
};

/** The package of the file that imports. */
const importerOf = (file) => {
  const [first, second] = relative(modules, file).split(/[\\/]/);
  return first.startsWith("@") ? `${first}/${second}` : first;
};

const substitute = (name, importer) => {
  const exports = refusedToYeoman[importer]?.[name] ?? refused[name];
  if (exports !== undefined) return { code: refusal(name, exports), resolveDir: modules };
  if (entries[name] === undefined) return undefined;
  return { code: entries[name], resolveDir: join(modules, name) };
};

/** An esbuild plugin; `assertApplied` fails when one of the changes no longer finds its place. */
export function yeomanPatches() {
  const applied = new Set();
  const plugin = {
    name: "yeoman-patches",
    setup(build) {
      const names = Object.keys({ ...entries, ...refused, "lodash-es": "" });
      build.onResolve({ filter: new RegExp(`^(${names.join("|")})$`) }, ({ path, importer }) => {
        const by = importerOf(importer);
        const instead = substitute(path, by);
        if (instead === undefined) return undefined;
        const key = refusedToYeoman[by]?.[path] === undefined ? path : `${path} in ${by}`;
        applied.add(key);
        return { path: key, namespace: "instead", pluginData: instead, sideEffects: false };
      });
      build.onLoad({ filter: /.*/, namespace: "instead" }, ({ pluginData }) => ({
        contents: pluginData.code,
        loader: "js",
        resolveDir: pluginData.resolveDir,
      }));
      for (const file of new Set(patches.map((patch) => patch.file))) {
        const filter = new RegExp(`${file.replaceAll(/[./]/g, "\\$&")}$`);
        build.onLoad({ filter }, () => {
          applied.add(file);
          return { contents: patched(file), loader: "js" };
        });
      }
    },
  };
  const assertApplied = () => {
    const toYeoman = Object.entries(refusedToYeoman).flatMap(([by, names]) =>
      Object.keys(names).map((name) => `${name} in ${by}`),
    );
    const expected = [
      ...Object.keys({ ...entries, ...refused }),
      ...toYeoman,
      ...patches.map(({ file }) => file),
    ];
    const missing = expected.filter((name) => !applied.has(name));
    if (missing.length > 0) throw new Error(`Not found in the bundle: ${missing.join(", ")}`);
  };
  return { plugin, assertApplied };
}

const patched = (file) => {
  let text = readFileSync(join(modules, file), "utf8");
  for (const { from, to } of patches.filter((patch) => patch.file === file)) {
    const parts = text.split(from);
    if (parts.length !== 2) throw new Error(`${file} holds ${parts.length - 1} times: ${from}`);
    text = parts.join(to());
  }
  return text;
};
