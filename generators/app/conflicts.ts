import { join } from "node:path";
import type { InputOutputAdapter } from "@yeoman/types";
import { UserError } from "../../src/errors.ts";
import type { RenderedFile } from "../../src/render/types.ts";
import { readText } from "../../src/system/files.ts";
import { difference, notInGit } from "../../src/system/git/git.ts";
import { plain, type Terminal } from "../../src/system/terminal.ts";
import { ask } from "./interview.ts";
import type { Place } from "./place.ts";
import { BACK } from "./prompts/turn.ts";
import { isOpen, type Request } from "./request.ts";

/** The paths whose files take the place of those that are there; the other conflicts are kept. */
export type Replaced = ReadonlySet<string>;

/** The record: without it, nothing later knows what the project was made of. */
const RECORD = ".yo-rc.json";

/**
 * What becomes of the files that are in the way.
 * @throws UserError when it is not given, or would lose something irrecoverably
 */
export async function settleConflicts(
  request: Request,
  { target, shown }: Place,
  conflicts: readonly RenderedFile[],
  adapter: InputOutputAdapter,
): Promise<Replaced> {
  const paths = conflicts.map(({ path }) => path);
  if (conflicts.length === 0 || isOpen(request)) return new Set();
  if (request.existing === "keep") return keepAll(target, shown, paths);
  if (request.existing === "replace-all") return new Set(paths);
  const lost = new Set(await notInGit(target, paths));
  if (request.existing === "replace") {
    if (lost.size === 0) return new Set(paths);
    throw conflictError(
      `git could not restore the files that would be replaced: ${[...lost].join(", ")}.`,
      shown,
      "Commit them first, or repeat the flag: --existing replace --existing replace.",
    );
  }
  if (request.existing === "refuse" || request.yes) throw thereAlready(shown, paths);
  return askEach(request.terminal, target, conflicts, lost, adapter);
}

function keepAll(target: string, shown: string, paths: readonly string[]): Replaced {
  const isOurs =
    paths.includes(RECORD) && readText(join(target, RECORD)).includes("create-secure-api");
  if (!isOurs) return new Set();
  const fix = "Use another directory, or replace the existing project with --existing replace.";
  throw conflictError("There is already a project made with create-secure-api.", shown, fix);
}

const thereAlready = (shown: string, paths: readonly string[]): UserError =>
  conflictError(
    `Existing files: ${paths.slice(0, 5).join(", ")}${paths.length > 5 ? ", …" : ""}.`,
    shown,
    "Use another directory, or choose what happens to existing files with --existing keep or --existing replace.",
  );

const conflictError = (what: string, where: string, fix: string): UserError =>
  new UserError(what, where, fix, { code: "conflict" });

type Verdict = "keep" | "take" | "keep-all" | "take-all";

/** Asks for each file, from the first to the last; the rest can be answered at once. */
async function askEach(
  terminal: Terminal,
  target: string,
  conflicts: readonly RenderedFile[],
  lost: ReadonlySet<string>,
  adapter: InputOutputAdapter,
): Promise<Replaced> {
  const verdicts: boolean[] = [];
  for (let index = 0; index < conflicts.length; ) {
    const file = conflicts[index];
    if (file === undefined) break;
    const position = `File ${index + 1}/${conflicts.length}`;
    const verdict = await askOne(terminal, target, file, { position, back: index > 0 }, adapter);
    if (verdict === "back") {
      verdicts.pop();
      index -= 1;
      continue;
    }
    const isTaken = verdict.startsWith("take");
    const count = verdict.endsWith("-all") ? conflicts.length - index : 1;
    const paths = conflicts.slice(index, index + count).map(({ path }) => path);
    const gone = paths.filter((path) => isTaken && lost.has(path));
    if (gone.length > 0 && !(await isSure(gone, adapter))) continue;
    for (const path of paths) {
      verdicts.push(isTaken);
      terminal.line(`✔ ${path}: ${isTaken ? "ours" : "yours"}`);
    }
    index += count;
  }
  const taken = conflicts.filter((_, index) => verdicts[index] === true).map(({ path }) => path);
  return new Set(taken);
}

async function askOne(
  terminal: Terminal,
  target: string,
  file: RenderedFile,
  asked: { readonly position: string; readonly back: boolean },
  adapter: InputOutputAdapter,
): Promise<Verdict | "back"> {
  for (;;) {
    const verdict = await ask(adapter, "conflict", {
      type: "select",
      ...asked,
      message: `${file.path} already exists. Which version to use?`,
      default: "keep",
      choices: [
        { value: "keep", name: "Keep yours" },
        { value: "take", name: "Take ours" },
        { value: "show", name: "See the difference" },
        { value: "keep-all", name: "Keep yours for all remaining files" },
        { value: "take-all", name: "Take ours for all remaining files" },
      ],
    });
    if (verdict === BACK) return "back";
    if (verdict !== "show") return verdict as Verdict;
    const text = await difference(join(target, file.path), file.content);
    for (const line of plain(text).trimEnd().split("\n")) terminal.line(line);
  }
}

async function isSure(paths: readonly string[], adapter: InputOutputAdapter): Promise<boolean> {
  const answer = await ask(adapter, "sure", {
    type: "select",
    message: `git could not restore ${paths.join(", ")}. Replace it anyway?`,
    default: "no",
    choices: [
      { value: "yes", name: "Yes, replace it" },
      { value: "no", name: "No" },
    ],
  });
  return answer === "yes";
}
