import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { stackIds } from "../../src/options/resolve.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import { plan } from "../../src/plan/plan.ts";
import { readStack } from "../../src/plan/read-stack.ts";
import { isSecret } from "../../src/project/record.ts";
import { render } from "../../src/render/render.ts";
import { loadProofs, readProofs } from "../../src/system/proving/mutants.ts";
import { loadStack } from "../../src/system/stacks.ts";
import { type Desk, makeDesk, readTree, repository } from "../cli/package.ts";

type Packed = {
  readonly filename: string;
  /** Bytes of the packed file. */
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
};

let desk: Desk;
let packed: Packed;
beforeAll(() => {
  desk = makeDesk();
  const said = npm(repository, "pack", "--json", "--silent", "--pack-destination", desk.folder);
  [packed] = JSON.parse(said.slice(said.indexOf("[")));
}, 60_000);
afterAll(() => desk.remove());

const npm = (cwd: string, ...args: string[]): string =>
  execFileSync("npm", args, {
    cwd,
    env: { ...desk.env, npm_config_cache: join(desk.folder, ".cache"), npm_config_offline: "true" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

test("the package holds what it runs on, its notices and nothing else", () => {
  const paths = packed.files.map(({ path }) => path);
  const folders = new Set(paths.map((path) => path.split("/", 1)[0]));
  expect([...folders].sort()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
  const kinds = paths
    .filter((path) => path.startsWith("dist/"))
    .map((path) => path.replace(/^dist\/([\w-]+-\w{8}|main)\.js$/, "a bundled file"));
  expect([...new Set(kinds)].sort()).toEqual([
    "a bundled file",
    "dist/THIRD_PARTY_LICENSES",
    "dist/advisories.br",
    "dist/cli.cjs",
    "dist/fastapi.mutants.br",
    "dist/fastapi.stack.br",
    "dist/fastify.mutants.br",
    "dist/fastify.stack.br",
    "dist/load.cjs",
  ]);
});

// 280 kB: making a project is 190 of them, and each command on one that exists some 20.
test("the generator stays small, and so does each stack", () => {
  const archives = packed.files.filter(({ path }) => path.endsWith(".br"));
  const bytes = archives.reduce((sum, { size }) => sum + size, 0);
  expect(packed.size - bytes).toBeLessThan(280_000);
  for (const { path, size } of archives) expect(size, path).toBeLessThan(380_000);
});

test("it needs no other package", () => {
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  expect(manifest).not.toHaveProperty("dependencies");
  expect(manifest).not.toHaveProperty("optionalDependencies");
  expect(manifest).not.toHaveProperty("peerDependencies");
});

test("its archive holds every layer and pin of the checkout, byte for byte", async () => {
  const there = join(desk.folder, "unpacked");
  mkdirSync(there);
  execFileSync("tar", ["xzf", join(desk.folder, packed.filename), "-C", there]);
  for (const stack of stackIds(catalogue)) {
    expect(await loadStack(stack, join(there, "package"))).toEqual(readStack(stack));
    expect(loadProofs(stack, join(there, "package"))).toEqual(readProofs(stack));
  }
});

test("npx runs it in an empty folder, offline, and writes what is rendered in memory", () => {
  const there = join(desk.folder, "empty");
  mkdirSync(there);
  const tarball = join(desk.folder, packed.filename);
  const run = ["create-secure-api", "my-api", "--yes", "--no-install", "--no-git"];
  npm(there, "exec", "--yes", `--package=${tarball}`, "--", ...run);
  const options = parseAnswers({ name: "my-api" });
  const { layers, pins } = readStack("fastapi");
  const rendered = render(plan(options, layers, pins), (size) => new Uint8Array(size));
  const { ".yo-rc.json": record, ...written } = readTree(join(there, "my-api"));
  const expected = Object.fromEntries(
    rendered.files.map(({ path, content }) => [path, Buffer.from(content).toString("utf8")]),
  );
  const secret = Object.keys(expected).filter(isSecret);
  expect(secret.length).toBeGreaterThan(1);
  expect(record).toContain('"create-secure-api"');
  for (const path of secret) {
    expect(written[path]).not.toBe(expected[path]);
    expect(record).not.toContain(`"${path}"`);
  }
  const bare = (tree: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(tree).map(([path, text]) => [path, isSecret(path) ? "" : text]),
    );
  expect(Object.keys(written)).not.toHaveLength(0);
  expect(bare(written)).toEqual(bare(expected));
  const checked = npm(
    there,
    "exec",
    "--yes",
    `--package=${tarball}`,
    "--",
    "create-secure-api",
    "check",
    "my-api",
  );
  expect(checked).toMatch(/^my-api: nothing is missing, weakened/);
}, 60_000);

test("npm start does the same from a checkout, where the user stands", () => {
  const there = join(desk.folder, "standing");
  mkdirSync(there);
  const run = ["my-api", "--yes", "--no-install", "--no-git"];
  const said = npm(there, "--silent", "--prefix", repository, "start", "--", ...run);
  expect(readTree(join(there, "my-api"))).toHaveProperty([".yo-rc.json"]);
  expect(said).toContain(`npm --prefix ${repository} start -- my-api`);
}, 60_000);
