// Measures what somebody waits for, beside other generators: npm run bench
// Every command runs once a round, one after the other, so that what else the machine does hits all
// of them; a row is the median of the rounds' ratios to a Node that runs an empty file.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 15);
/** Whatever takes longer has failed. */
const PATIENCE_MS = 30_000;
const COLD_ROUNDS = Math.ceil(ROUNDS / 3);

type Generator = {
  readonly name: string;
  readonly bin: string;
  /** Words for a whole run that asks nothing and installs nothing. */
  readonly whole: readonly string[];
  /** Words that lead to the first question, and a part of it. */
  readonly asks: readonly [words: readonly string[], cue: string];
};

const PEERS = {
  "create-vite": "9.3.0",
  "create-t3-app": "7.40.0",
  "create-better-t-stack": "3.44.1",
  sv: "0.17.1",
};

const repository = resolve(process.cwd());
const cache = join(repository, "node_modules/.cache/create-secure-api/peers");
const folder = mkdtempSync(join(tmpdir(), "bench-"));
const npm = (cwd: string, ...words: readonly string[]): string =>
  execFileSync("npm", words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

/** Packs a package and unpacks it. Returns the packed file, its size, that of its stacks, and its folder. */
const packed = (source: string, cwd: string) => {
  const there = mkdtempSync(join(folder, "packed-"));
  const said = npm(cwd, "pack", source, "--json", "--silent", "--pack-destination", there);
  const [{ filename, size, files }] = JSON.parse(said.slice(said.indexOf("[")));
  const stacks = files
    .filter((file: { path: string }) => file.path.endsWith(".stack.br"))
    .reduce((sum: number, file: { size: number }) => sum + file.size, 0);
  const tarball = join(there, filename);
  execFileSync("tar", ["xzf", tarball, "-C", there]);
  return { tarball, size: Number(size) - stacks, stacks, folder: join(there, "package") };
};

const ours = packed(repository, repository);
const vite = packed(`create-vite@${PEERS["create-vite"]}`, folder);

const installPeers = (): void => {
  const wanted = JSON.stringify({ private: true, dependencies: PEERS });
  const manifest = join(cache, "package.json");
  if (existsSync(manifest) && readFileSync(manifest, "utf8") === wanted) return;
  mkdirSync(cache, { recursive: true });
  writeFileSync(manifest, wanted);
  npm(cache, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save");
};
installPeers();

const peer = (name: string): string => join(cache, "node_modules/.bin", name);
const none = ["--no-install", "--no-git"];
const generators: readonly Generator[] = [
  {
    name: "create-secure-api",
    bin: join(ours.folder, "dist/cli.cjs"),
    whole: ["my-api", "--yes", ...none],
    asks: [[], "What is the project called?"],
  },
  {
    name: "create-vite",
    bin: peer("create-vite"),
    whole: ["my-api", "--template", "vanilla-ts", "--no-interactive"],
    asks: [[], "Project name"],
  },
  {
    name: "create-t3-app",
    bin: peer("create-t3-app"),
    whole: ["my-api", "--CI", "--noGit", "--noInstall"],
    asks: [[], "called?"],
  },
  {
    name: "create-better-t-stack",
    bin: peer("create-better-t-stack"),
    whole: ["my-api", "--yes", ...none],
    asks: [[], "project name"],
  },
  {
    name: "sv",
    bin: peer("sv"),
    whole: [
      "create",
      "my-api",
      "--template",
      "minimal",
      "--types",
      "ts",
      "--no-add-ons",
      none[0] ?? "",
    ],
    asks: [["create"], "Where would you like"],
  },
];

/** Runs once; milliseconds, or undefined when it fails. */
type Run = () => number | undefined | Promise<number | undefined>;

const project = join(folder, "my-api");
const fresh = (): void => rmSync(project, { recursive: true, force: true });
const env = { ...process.env, CI: "", GIT_CEILING_DIRECTORIES: folder };

const timed = (words: readonly string[], more: NodeJS.ProcessEnv = {}): number | undefined => {
  const [program = "", ...rest] = words;
  const start = performance.now();
  const { status } = spawnSync(program, rest, {
    cwd: folder,
    env: { ...env, ...more },
    stdio: "ignore",
    timeout: PATIENCE_MS,
  });
  return status === 0 ? performance.now() - start : undefined;
};

const whole =
  ({ bin, whole: words }: Generator): Run =>
  () => {
    fresh();
    return timed([process.execPath, bin, ...words]);
  };

/** Until the first question is there, in a terminal of its own. */
const firstQuestion =
  ({ bin, asks: [words, cue] }: Generator): Run =>
  () =>
    new Promise((done) => {
      fresh();
      const terminal = join(repository, "test/cli/terminal.py");
      const start = performance.now();
      const child = spawn("python3", [terminal, process.execPath, bin, ...words], {
        cwd: folder,
        env: { ...env, TERMINAL_COLUMNS: "100" },
        timeout: PATIENCE_MS,
        killSignal: "SIGKILL",
      });
      let shown = "";
      let time: number | undefined;
      child.stdout.on("data", (data) => {
        shown += data;
        if (time !== undefined || !stripVTControlCharacters(shown).includes(cue)) return;
        time = performance.now() - start;
        // The terminal goes with what holds it, and with it whoever asks there.
        child.kill("SIGKILL");
      });
      child.on("close", () => done(time));
    });

/** `npx` of a packed file, with nothing in npm's cache. */
const cold =
  (tarball: string, command: string): Run =>
  () => {
    const npmCache = mkdtempSync(join(folder, "cache-"));
    const words = ["exec", "--yes", `--package=${tarball}`, "--", command, "--help"];
    const time = timed(["npm", ...words], { npm_config_cache: npmCache });
    rmSync(npmCache, { recursive: true });
    return time;
  };

const empty = join(folder, "empty.cjs");
writeFileSync(empty, "");
const bare: Run = () => timed([process.execPath, empty]);

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[values.length >> 1] ?? Number.NaN;

type Measured = { readonly ratio: number; readonly ms: number } | undefined;

/** Runs all of them in turn; what failed once is undefined. */
const measure = async (
  runs: ReadonlyMap<string, Run>,
  base: Run,
  rounds: number,
): Promise<ReadonlyMap<string, Measured>> => {
  const times = new Map([...runs.keys()].map((name) => [name, [] as number[]]));
  const ratios = new Map([...runs.keys()].map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    const least = (await base()) ?? Number.NaN;
    for (const [name, run] of runs) {
      const time = await run();
      if (time === undefined) continue;
      times.get(name)?.push(time);
      ratios.get(name)?.push(time / least);
    }
  }
  return new Map(
    [...times].map(([name, all]) => [
      name,
      all.length < rounds ? undefined : { ratio: median(ratios.get(name) ?? []), ms: median(all) },
    ]),
  );
};

const shown = (measured: Measured): string =>
  measured === undefined ? `fails on Node ${process.version}` : `${measured.ratio.toFixed(2)} ×`;

try {
  const version: Run = () =>
    timed([process.execPath, join(ours.folder, "dist/cli.cjs"), "--version"]);
  const wholes = new Map(generators.map((generator) => [generator.name, whole(generator)]));
  const asked = new Map(generators.map((generator) => [generator.name, firstQuestion(generator)]));
  const versions = await measure(new Map([["", version]]), bare, ROUNDS);
  const runs = await measure(wholes, bare, ROUNDS);
  const questions = await measure(asked, bare, ROUNDS);
  const viteCold = cold(vite.tarball, "create-vite");
  const colds = await measure(
    new Map([["ours", cold(ours.tarball, "create-secure-api")]]),
    viteCold,
    COLD_ROUNDS,
  );
  const others = generators.slice(1).map(({ name }) => name);
  const row = (what: string, all: ReadonlyMap<string, Measured>, bar: string): string =>
    `| ${[what, ...generators.map(({ name }) => shown(all.get(name))), bar].join(" | ")} |`;
  const blank = others.map(() => "");
  const lines = [
    `Measured on ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}; ${ROUNDS} rounds.`,
    "",
    `| what | create-secure-api | ${others.join(" | ")} | bar |`,
    `| --- | ${generators.map(() => "---").join(" | ")} | --- |`,
    `| ${["`--version`", shown(versions.get("")), ...blank, "1.2 ×"].join(" | ")} |`,
    row("a whole run, files written, nothing installed", runs, "3 ×"),
    row("until the first question", questions, "4 ×"),
    `| ${["`npx` of the packed file, empty cache, beside create-vite's", shown(colds.get("ours")), "1 ×", ...blank.slice(1), "1.5 ×"].join(" | ")} |`,
    `| ${["packed, without the stacks", `${Math.round(ours.size / 1000)} kB`, `${Math.round(vite.size / 1000)} kB`, ...blank.slice(1), "280 kB"].join(" | ")} |`,
    `| ${["the stacks, packed", `${Math.round(ours.stacks / 1000)} kB`, ...blank, "350 kB"].join(" | ")} |`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
