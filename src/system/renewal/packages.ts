import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import process from "node:process";
import { excerpt, UserError } from "../../errors.ts";
import { EXIT } from "../../exit.ts";
import type { Answer } from "../../options/types.ts";
import type { RenderedFile } from "../../render/types.ts";
import { type Ran, run } from "../programs.ts";
import { temporaryFolder } from "../temporary.ts";

const NAME = "create-secure-api";
const SECONDS = 120;

/** An old version, and what a project of it was made of. */
export type OldVersion = {
  readonly version: string;
  readonly options: Readonly<Record<string, Answer>>;
  /** The preset as it is named, from `cwd`. */
  readonly preset: string | undefined;
  /** A packed file of that version, as the user named it; absent: it comes from the registry. */
  readonly file: string | undefined;
  readonly cwd: string;
};

/** What an old version rendered, or why that is not known. */
export type Rendered = { readonly files: readonly RenderedFile[] } | { readonly fault: string };

/**
 * Renders a project again with an old version of this package, in a folder of its own.
 * @throws UserError when it does not come out of the packed file that was named
 */
export async function renderOld(old: OldVersion): Promise<Rendered> {
  if (old.file === undefined) return renderWith(`${NAME}@${old.version}`, old);
  const rendered = await renderWith(packedFile(old.file, old), old);
  if ("files" in rendered) return rendered;
  const what = `It could not render the project again (${rendered.fault}).`;
  throw packageError(what, old.file, old.version);
}

async function renderWith(wanted: string, old: OldVersion): Promise<Rendered> {
  const { place: folder, remove } = temporaryFolder();
  try {
    const words = [
      "install",
      "--prefix",
      folder,
      "--ignore-scripts",
      "--no-save",
      "--no-audit",
      "--no-fund",
    ];
    const quick = ["--fetch-retries=0", "--fetch-timeout=30000"];
    const fetched = await run(["npm", ...words, ...quick, wanted], {
      cwd: folder,
      seconds: SECONDS,
    });
    if (!fetched.ok) return { fault: npmFault(fetched) };
    return await rendered(folder, old);
  } finally {
    remove();
  }
}

const packedFile = (named: string, { cwd, version }: OldVersion): string => {
  const place = resolve(cwd, named);
  if (statSync(place, { throwIfNoEntry: false })?.isFile()) return place;
  throw packageError("There is no such file.", named, version);
};

const packageError = (what: string, named: string, version: string): UserError => {
  const fix = `Give the file that npm pack ${NAME}@${version} has made.`;
  return new UserError(what, excerpt(named), fix, { code: "usage" });
};

async function rendered(folder: string, old: OldVersion): Promise<Rendered> {
  const place = join(folder, "node_modules", NAME);
  const program = join(place, "dist/cli.cjs");
  if (!existsSync(program)) return { fault: `it is no package of ${NAME}` };
  const { version } = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
  if (version !== old.version) return { fault: `it is version ${excerpt(String(version))}` };
  const answers = join(folder, "answers.json");
  writeFileSync(answers, JSON.stringify(old.options));
  const nothing = join(folder, "nothing");
  mkdirSync(nothing);
  const target = join(folder, "project");
  const preset = old.preset === undefined ? [] : ["--preset", old.preset];
  const words = [target, "--config", answers, "--yes", "--no-install", "--no-git", "--quiet"];
  const made = await run([process.execPath, program, ...words, ...preset], {
    cwd: old.cwd,
    // Without tools on its path it locks nothing.
    env: { PATH: nothing, Path: nothing },
    seconds: SECONDS,
  });
  if (!existsSync(target)) return { fault: firstLine(made.said) ?? "it has written nothing" };
  return { files: filesIn(target) };
}

/** What npm says of every failure: codes before the reason, and its log behind. */
const AROUND = /^npm (error|ERR!) ((code|errno|syscall|path|dest) |A complete log )/;

/** Why npm failed, in a line. */
const npmFault = ({ fault, said }: Ran): string => {
  if (fault === "missing") return "npm was not found";
  if (fault === "slow") return `npm did not end in ${SECONDS} seconds`;
  const errors = said.split("\n").filter((line) => /^npm (error|ERR!) /.test(line));
  return firstLine(errors.find((line) => !AROUND.test(line)) ?? said) ?? "npm did not say why";
};

const firstLine = (said: string): string | undefined => {
  const [line = ""] = said.trim().split("\n");
  return line === "" ? undefined : excerpt(line.trim(), 200);
};

const filesIn = (folder: string): readonly RenderedFile[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const place = join(entry.parentPath, entry.name);
      const executable = (statSync(place).mode & 0o100) !== 0;
      const path = relative(folder, place).split(sep).join("/");
      return { path, content: readFileSync(place), executable };
    });

/** How an update ends, but for a bug: no fault of npx ends with one of these. */
const ENDS: readonly number[] = Object.values(EXIT).filter((code) => code !== EXIT.bug);

/**
 * Lets another version do what this one was asked. Returns its exit code.
 * @throws UserError when npx cannot run it
 */
export async function handOver(
  version: string,
  words: readonly string[],
  cwd: string,
): Promise<number> {
  const { execa } = await import("execa");
  const npx = ["npx", "--yes", `${NAME}@${version}`] as const;
  const [program, ...rest] = npx;
  const result = await execa(program, [...rest, ...words], {
    cwd,
    stdio: "inherit",
    reject: false,
  });
  if (result.exitCode === undefined) {
    throw handOverError(version, result.originalMessage ?? "npx was not found");
  }
  if (ENDS.includes(result.exitCode)) return result.exitCode;
  // A bug of that version, or it was not run at all.
  const asked = await run([...npx, "--version"], { cwd, seconds: SECONDS });
  if (!asked.ok) throw handOverError(version, npmFault(asked));
  return result.exitCode;
}

const handOverError = (version: string, why: string): UserError =>
  new UserError(
    `Version ${version} cannot be run (${excerpt(why, 200)}).`,
    "--to",
    `Give one that is released, or run it yourself: npx ${NAME}@${version}`,
    { code: "usage" },
  );
