import { existsSync } from "node:fs";
import { join } from "node:path";
import { install } from "../../generators/app/install.ts";
import { shellCommand } from "../project/command.ts";
import type { Unfinished } from "../project/outcome.ts";
import type { Renewal } from "../project/renewal.ts";
import type { ChosenWay, Command } from "../project/toolchain.ts";
import type { Prepared } from "../system/renewal/update-project.ts";
import type { Terminal } from "../system/terminal.ts";
import { takenIn, workspacesAround } from "../system/workspaces/workspaces.ts";

type Locking = {
  readonly done: boolean;
  readonly unfinished: readonly Unfinished[];
  readonly remaining: readonly Command[];
};

/** Pins the packages anew. */
export async function lock(
  isWanted: boolean,
  folder: string,
  way: ChosenWay,
  clash: readonly string[],
  terminal: Terminal,
): Promise<Locking> {
  const commands = way.lock ?? [];
  const left = { done: false, unfinished: [], remaining: commands };
  const has = (path: string) => existsSync(join(folder, path));
  if (!isWanted || clash.length > 0 || takenIn(workspacesAround(folder), has) !== undefined) {
    return left;
  }
  const what = "The versions of the dependencies were not locked.";
  if (!way.ready) return { ...left, unfinished: [{ what, why: way.note ?? "", run: commands }] };
  if (way.lock === undefined) {
    const why = "Here, they are locked when the dependencies are installed.";
    return { ...left, unfinished: [{ what, why, run: way.install }] };
  }
  const { failure, remaining } = await install({ ...way, install: commands }, folder, terminal);
  if (failure === undefined) return { done: true, unfinished: [], remaining: [] };
  const why = `${shellCommand(failure.command)} failed:\n${failure.lastWords}`;
  return { done: false, unfinished: [{ what, why, run: remaining }], remaining };
}

type After = {
  readonly way: ChosenWay;
  readonly checks: readonly Command[];
  readonly lock: readonly Command[];
  readonly isLocked: boolean;
  readonly undo: Command;
};

/** What is left to do once the files are written. */
export const nextSteps = (
  { conflicts, title }: Prepared,
  { way, checks, lock: left, isLocked, undo }: After,
): Renewal["next"] => {
  const filled = (command: Command) =>
    command.flatMap((word) => (word === "{program}" ? way.program : [word]));
  return [
    ...(conflicts.size === 0 ? [] : [{ text: "Solve the conflicts.", run: [["git", "status"]] }]),
    ...(isLocked ? [{ text: "Install the dependencies.", run: [...left, ...way.install] }] : []),
    ...(checks.length === 0 ? [] : [{ text: "Check the project.", run: checks.map(filled) }]),
    {
      text: "Commit it.",
      run: [
        ["git", "add", "--all", "."],
        ["git", "commit", "--message", `${title.charAt(0).toUpperCase()}${title.slice(1)}`],
      ],
    },
    {
      text: "Or take it back.",
      run: [undo],
    },
  ];
};
