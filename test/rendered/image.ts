import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { findUv } from "../../scripts/uv.ts";
import { shellWord } from "../../src/render/printers/sh.ts";
import type { Variables } from "./project.ts";

/** What `dockerfile-ast` tells of an instruction. */
type Instruction = {
  readonly getKeyword: () => string;
  readonly getArguments: () => readonly { readonly getValue: () => string }[];
  readonly getFlags?: () => readonly {
    readonly getName: () => string;
    readonly getValue: () => string;
  }[];
  readonly getJSONStrings?: () => readonly { readonly getJSONValue: () => string }[];
  readonly getProperties?: () => readonly {
    readonly getName: () => string;
    readonly getValue: () => string;
  }[];
  readonly getImage?: () => string;
  readonly getBuildStage?: () => string | null;
};

/** A stage of an image: a folder in place of its file system, and what is set in it. */
type Stage = {
  readonly root: string;
  readonly mounts: readonly Mount[];
  readonly env: Record<string, string>;
  cwd: string;
  user: string;
  entrypoint: readonly string[];
  command: readonly string[];
  healthcheck: readonly string[];
};
/** Something of this machine below a stage's root: read-only, unless it is to be written to. */
export type Mount = { readonly from: string; readonly to: string; readonly writable?: true };

/** An image that was built from a Dockerfile, without Docker. */
export type Image = Pick<Stage, "root" | "entrypoint" | "command" | "healthcheck"> & {
  /** The words that run a program of it, as its user, on a file system that is read-only. */
  readonly run: (
    words: readonly string[],
    variables?: Variables,
    mounts?: readonly Mount[],
  ) => Words;
  readonly remove: () => void;
};
type Words = readonly [string, readonly string[]];

const CACHE = resolve("node_modules/.cache/create-secure-api/containers/uv");
/** Who builds: nobody of this machine. */
const BUILDER = "10001:10001";
const VERSION = "3.13";

/** Where the Python of the images is on this machine: on the PATH, or among those of pyenv. */
export const findPython = async (): Promise<string | undefined> => {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions");
  const others = existsSync(versions) ? readdirSync(versions) : [];
  const code = "import sys; print(sys.base_prefix)";
  for (const program of [
    `python${VERSION}`,
    ...others.map((version) => join(versions, version, "bin", `python${VERSION}`)),
  ]) {
    const { exitCode, stdout } = await execa(program, ["-c", code], { reject: false });
    if (exitCode === 0) return stdout;
  }
  return undefined;
};

/**
 * Builds the image of a project: each instruction of its Dockerfile in order, on folders that hold
 * nothing but what the instructions put there, as a user that is nobody else.
 * @param python where the Python of the images is
 * @param tools the folder with the parser
 */
export const buildImage = async (
  project: string,
  python: string,
  tools: string,
): Promise<Image> => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "image-")));
  const context = join(folder, "context");
  copyContext(project, context);
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const instruction of await instructionsOf(join(project, "Dockerfile"), tools)) {
    if (instruction.getKeyword() === "FROM") {
      const name = instruction.getBuildStage?.() ?? "final";
      stage = await begin(join(folder, name), instruction.getImage?.() ?? "", python);
      stages.set(name, stage);
    } else if (stage !== undefined) {
      const from = flag(instruction, "from");
      const source = from === undefined ? context : stages.get(from)?.root;
      await follow(stage, instruction, source ?? "", stage === stages.get("final"));
    }
  }
  if (stage === undefined) throw new Error("The Dockerfile has no stage.");
  const { root, mounts, env, cwd, user, entrypoint, command, healthcheck } = stage;
  return {
    root,
    entrypoint,
    command,
    healthcheck,
    run: (words, variables = {}, more = []) =>
      inside(
        { root, cwd, user, env: { ...env, ...variables }, mounts: [...mounts, ...more] },
        words,
        true,
      ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

const instructionsOf = async (file: string, tools: string): Promise<readonly Instruction[]> => {
  const parser = join(tools, "node_modules/dockerfile-ast/lib/main.js");
  const { DockerfileParser } = await import(pathToFileURL(parser).href);
  return DockerfileParser.parse(readFileSync(file, "utf8")).getInstructions();
};

const flag = (instruction: Instruction, name: string): string | undefined =>
  instruction
    .getFlags?.()
    .find((one) => one.getName() === name)
    ?.getValue();

/** Copies what the ignore file of the project lets through: the last pattern that fits decides. */
const copyContext = (project: string, context: string): void => {
  const patterns = readFileSync(join(project, ".dockerignore"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ keeps: line.startsWith("!"), pattern: toPattern(line.replace(/^!/, "")) }));
  const isIgnored = (path: string): boolean => {
    const parts = path.split("/");
    const paths = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    const fitting = patterns.findLast(({ pattern }) => paths.some((one) => pattern.test(one)));
    return fitting !== undefined && !fitting.keeps;
  };
  for (const entry of readdirSync(project, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name).slice(project.length + 1);
    if (!isIgnored(path))
      cpSync(join(project, path), join(context, path), { preserveTimestamps: true });
  }
};

const toPattern = (line: string): RegExp => {
  const text = line
    .replace(/^\/|\/$/g, "")
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*\/|\*/g, (stars) => (stars === "*" ? "[^/]*" : "(?:.*/)?"));
  return new RegExp(`^${text}$`);
};

/** Makes the folder of a stage, with what its base image is here. */
const begin = async (root: string, image: string, python: string): Promise<Stage> => {
  mkdirSync(join(root, "tmp"), { recursive: true });
  chmodSync(root, 0o755);
  const env = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };
  const stage = { root, env, cwd: "/", entrypoint: [], command: [], healthcheck: [] };
  if (image.includes("/uv:")) {
    const { stdout: uv } = await execa("which", [(await findUv()) ?? "uv"]);
    cpSync(realpathSync(uv), join(root, "uv"));
    return { ...stage, user: "0:0", mounts: [] };
  }
  const isBuilding = !image.includes("distroless");
  const place = isBuilding ? "/usr/local" : "/usr";
  const lib = join(python, "lib");
  const mounts = [
    ...["/dev", "/proc", "/etc/hosts", "/etc/resolv.conf", "/etc/ssl"],
    ...(isBuilding ? ["/usr/bin", "/usr/lib"] : libraries()),
    ...["/usr/lib64", "/usr/share"],
  ].flatMap((path) => (existsSync(path) ? [{ from: path, to: path }] : []));
  for (const name of isBuilding ? ["bin", "lib", "lib64"] : ["lib", "lib64"]) {
    symlinkSync(readlinkSync(`/${name}`), join(root, name));
  }
  const links = isBuilding ? ["python", "python3"] : [];
  mkdirSync(join(root, place, "bin"), { recursive: true });
  for (const name of links) symlinkSync(`python${VERSION}`, join(root, place, "bin", name));
  return {
    ...stage,
    // Where the linker of this machine finds what the image has of its own.
    env: isBuilding ? { ...env, LD_LIBRARY_PATH: "/usr/local/lib", HOME: "/root" } : env,
    user: isBuilding ? BUILDER : "0:0",
    mounts: [
      ...mounts,
      { from: join(python, "bin", `python${VERSION}`), to: `${place}/bin/python${VERSION}` },
      { from: join(lib, `python${VERSION}`), to: `${place}/lib/python${VERSION}` },
      ...readdirSync(lib)
        .filter((name) => name.startsWith("libpython"))
        .map((name) => ({ from: join(lib, name), to: `${place}/lib/${name}` })),
    ],
  };
};

/** The folders of libraries that programs are linked to. */
const libraries = (): readonly string[] =>
  readdirSync("/usr/lib")
    .filter((name) => name.endsWith("-linux-gnu"))
    .map((name) => `/usr/lib/${name}`);

/** Does what an instruction says. */
const follow = async (
  stage: Stage,
  instruction: Instruction,
  source: string,
  isFinal: boolean,
): Promise<void> => {
  const words = instruction.getArguments().map((word) => word.getValue());
  const json = () => instruction.getJSONStrings?.().map((word) => word.getJSONValue()) ?? [];
  switch (instruction.getKeyword()) {
    case "ENV":
      for (const one of instruction.getProperties?.() ?? [])
        stage.env[one.getName()] = one.getValue();
      return;
    case "WORKDIR":
      stage.cwd = words[0] ?? "/";
      mkdirSync(join(stage.root, stage.cwd), { recursive: true });
      return;
    case "COPY":
      return copy(stage, source, words, flag(instruction, "chown") ?? (isFinal ? "0:0" : BUILDER));
    case "RUN":
      await own(stage, BUILDER);
      return build(stage, words, flag(instruction, "mount"));
    case "USER":
      stage.user = words[0] ?? "";
      return;
    case "ENTRYPOINT":
      stage.entrypoint = json();
      return;
    case "CMD":
      stage.command = json();
      return;
    case "HEALTHCHECK":
      stage.healthcheck = JSON.parse(words.slice(1).join(" "));
      return;
    case "LABEL":
    case "EXPOSE":
      return;
    default:
      throw new Error(`${instruction.getKeyword()} is not understood here.`);
  }
};

const own = (stage: Stage, who: string, path = "."): Promise<unknown> =>
  execa("chown", ["--recursive", "--no-dereference", who, join(stage.root, path)]);

const copy = async (stage: Stage, source: string, words: readonly string[], owner: string) => {
  const target = resolve(stage.cwd, words.at(-1) ?? "");
  for (const word of words.slice(0, -1)) {
    const from = join(source, word);
    const isFile = (words.at(-1) ?? "").endsWith("/");
    const to = join(stage.root, target, isFile ? basename(word) : "");
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  }
  await own(stage, owner, target);
};

/** Runs a command with the shell of the stage, and with its cache. */
const build = async (stage: Stage, words: readonly string[], mount = ""): Promise<void> => {
  const [, cache] = /^type=cache,target=(.+)$/.exec(mount) ?? [];
  mkdirSync(CACHE, { recursive: true });
  await execa("chown", [BUILDER, CACHE]);
  const more: readonly Mount[] =
    cache === undefined ? [] : [{ from: CACHE, to: cache, writable: true }];
  const [program, args] = inside(
    { ...stage, env: { ...stage.env, ...reaching() }, mounts: [...stage.mounts, ...more] },
    ["/bin/sh", "-c", words.join(" ")],
    false,
  );
  const { exitCode, all } = await execa(program, args, { all: true, reject: false });
  if (exitCode !== 0) throw new Error(`RUN ${words.join(" ")}\n${all}`);
};

/** How this machine reaches a registry. */
const reaching = (): Variables =>
  Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] =>
      /^(SSL_CERT_FILE|SSL_CERT_DIR|UV_(DEFAULT_)?INDEX.*|(HTTPS?|NO)_PROXY)$/i.test(entry[0]),
    ),
  );

/** The words that run a program in a root of its own: mounts that nobody else sees, then its user. */
const inside = (
  { root, mounts, cwd, user, env }: Pick<Stage, "root" | "mounts" | "cwd" | "user" | "env">,
  words: readonly string[],
  isReadOnly: boolean,
): Words => {
  const [uid, gid] = user.split(":");
  const lines = ["set -e", `mount --bind ${shellWord(root)} ${shellWord(root)}`];
  for (const { from, to, writable } of mounts) {
    const target = join(root, to);
    prepare(from, target);
    lines.push(`mount --rbind ${shellWord(from)} ${shellWord(target)}`);
    if (writable !== true && !["/dev", "/proc"].includes(to)) {
      lines.push(`mount -o remount,ro,bind ${shellWord(target)}`);
    }
  }
  if (isReadOnly) lines.push(`mount -o remount,ro,bind ${shellWord(root)}`);
  lines.push(`mount -t tmpfs -o mode=1777 tmpfs ${shellWord(join(root, "tmp"))}`);
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const command = [
    ...["env", "-i", ...variables, "/usr/bin/unshare", `--root=${root}`, `--wd=${cwd}`],
    ...[`--setgid=${gid}`, `--setuid=${uid}`, "--", ...words],
  ];
  lines.push(`exec ${command.map(shellWord).join(" ")}`);
  return ["unshare", ["--mount", "sh", "-c", lines.join("\n")]];
};

/** Something to mount on. */
const prepare = (from: string, target: string): void => {
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  if (readdirSafely(from)) mkdirSync(target);
  else writeFileSync(target, "");
};

const readdirSafely = (path: string): boolean => {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
};
