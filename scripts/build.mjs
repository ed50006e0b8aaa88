import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { thirdPartyLicenses } from "./bundle/licenses.mjs";
import { yeomanPatches } from "./bundle/patches.mjs";
import { load } from "./load.mjs";

const root = resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    quiet: { type: "boolean" },
    // A checkout has its templates; what is published has archives of them, which take a while.
    archives: { type: "boolean" },
    out: { type: "string", default: join(root, "dist") },
  },
});

const licenses = "THIRD_PARTY_LICENSES";
const { plugin, assertApplied } = yeomanPatches();
const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: { main: "src/cli.ts" },
  outdir: values.out,
  write: false,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  minify: true,
  legalComments: "none",
  charset: "utf8",
  metafile: true,
  logLevel: "warning",
  // Bundled CommonJS packages call require for Node's own modules.
  banner: {
    js: 'import { createRequire as bundleRequire } from "node:module"; const require = bundleRequire(import.meta.url);',
  },
  plugins: [plugin],
});
assertApplied();

mkdirSync(values.out, { recursive: true });
for (const { path, contents } of outputFiles) writeFileSync(path, contents);
// What looks at the version of Node is no part of the bundle: that needs a new one.
const start = ["cli.cjs", "load.cjs"];
for (const file of start) copyFileSync(join(root, "src/start", file), join(values.out, file));
chmodSync(join(values.out, "cli.cjs"), 0o755);
writeFileSync(join(values.out, licenses), thirdPartyLicenses(root, metafile));
const packed = values.archives
  ? (await load(join(root, "scripts/archives.ts"))).archives()
  : new Map();
for (const [file, bytes] of packed) writeFileSync(join(values.out, file), bytes);

const bundled = outputFiles.map(({ path }) => basename(path));
const written = new Set([licenses, ...start, ...packed.keys(), ...bundled]);
for (const file of readdirSync(values.out)) {
  if (!written.has(file)) rmSync(join(values.out, file), { recursive: true });
}

if (!values.quiet) {
  const bytes = outputFiles.reduce((sum, { contents }) => sum + contents.length, 0);
  process.stdout.write(`${outputFiles.length} files, ${(bytes / 1e6).toFixed(1)} MB\n`);
}
