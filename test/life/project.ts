import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";
import { projectRecord, recordFile } from "../../src/project/record.ts";
import { openRepository } from "../../src/system/git/repository.ts";
import { undoChanges } from "../../src/system/renewal/undo.ts";
import { carryOut, type Prepared } from "../../src/system/renewal/update-project.ts";
import { type Files, type Given, options, prepared, renderedFiles } from "./engine.ts";

/** A folder for each test of a file, where git has no settings but its own. */
export let desk: string;

export const useProjects = (): void => {
  beforeEach(() => {
    desk = realpathSync(mkdtempSync(join(tmpdir(), "life-")));
    vi.stubEnv("HOME", desk);
    vi.stubEnv("GIT_CONFIG_GLOBAL", join(desk, "gitconfig"));
    vi.stubEnv("GIT_CONFIG_SYSTEM", "/dev/null");
    vi.stubEnv("GIT_CEILING_DIRECTORIES", tmpdir());
    writeFileSync(
      join(desk, "gitconfig"),
      "[user]\nname = A\nemail = a@example.com\n[init]\ndefaultBranch = main\n",
    );
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(desk, { recursive: true, force: true });
  });
};

export const git = (folder: string, ...words: string[]): string =>
  execFileSync("git", words, { cwd: folder, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });

export const commit = (folder: string, message = "Work"): void => {
  git(folder, "add", "--all", ".");
  git(folder, "commit", "--quiet", "--allow-empty", "--message", message);
};

export const writeAll = (folder: string, files: Files): void => {
  for (const [path, text] of Object.entries(files)) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  }
};

/** The files of a fresh project, the record too. */
export const freshFiles = (files: Files, version = "0.1.0"): Files => {
  const project = { files: renderedFiles(files) };
  const record = recordFile(projectRecord(version, options, project));
  const text = Buffer.from(record.content).toString("utf8");
  return { ...files, ".yo-rc.json": text };
};

/** Makes a project, in a repository of its own unless it is told not to. */
export const makeProject = (
  files: Files,
  { name = "my-api", repository = true, format = "sha1" } = {},
): string => {
  const folder = join(desk, name);
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(freshFiles(files))) {
    const place = path.replace(/\*$/, "");
    writeAll(folder, { [place]: text });
    if (place !== path) chmodSync(join(folder, place), 0o755);
  }
  if (!repository) return folder;
  git(folder, "init", "--quiet", `--object-format=${format}`);
  commit(folder, "Create my-api");
  return folder;
};

/** Updates a project, and says what became of each file that was touched. */
export const update = async (
  folder: string,
  files: Files,
  given: Given = {},
): Promise<Readonly<Record<string, string>>> => {
  const wanted = await prepared(folder, files, given);
  try {
    if (wanted.staged.length > 0) await carryOut(wanted);
    return statesOf(wanted);
  } finally {
    wanted.store.remove();
  }
};

const statesOf = ({ files }: Prepared): Readonly<Record<string, string>> =>
  Object.fromEntries(
    files.flatMap(({ path, state }) => (state === "untouched" ? [] : [[path, state]])),
  );

export const undo = async (folder: string) =>
  undoChanges(await openRepository(folder, "my-api"), "my-api");

/** Everything below a folder but what git keeps: type, mode and bytes, by path. */
export const snapshot = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path !== ".git" && !path.startsWith(".git/"))
      .sort()
      .map((path) => {
        const found = lstatSync(join(folder, path));
        const mode = (found.mode & 0o7777).toString(8);
        const text = found.isFile() ? readFileSync(join(folder, path), "latin1") : "";
        return [path, `${found.isFile() ? "file" : "other"} ${mode} ${text}`];
      }),
  );

export const read = (folder: string, path: string): string =>
  readFileSync(join(folder, path), "utf8");

/** `a1 a2 …`, a line for each number. */
export const lines = (word: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `${word} ${index + 1}\n`).join("");
