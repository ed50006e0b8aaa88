import { execa } from "execa";
import { shellCommand } from "../../src/project/command.ts";
import {
  type ChosenWay,
  type Command,
  chooseWay,
  isNewEnough,
  type Tool,
  type Toolchain,
} from "../../src/project/toolchain.ts";
import type { Terminal } from "./terminal.ts";

/** How an installation ended; `remaining` is what is still to be run by hand. */
export type Installation = {
  readonly failure?: { readonly command: Command; readonly lastWords: string };
  readonly remaining: readonly Command[];
};

const PROBE_MS = 10_000;
const LAST_LINES = 8;

async function findCommand({ commands, minimum }: Tool): Promise<string | undefined> {
  for (const command of commands) {
    const { failed, all } = await execa(command, ["--version"], {
      all: true,
      reject: false,
      stdin: "ignore",
      timeout: PROBE_MS,
    });
    if (!failed && isNewEnough(all, minimum)) return command;
  }
  return undefined;
}

/** Looks for the tools of a stack on this machine, as far as needed, and chooses how to go on. */
export async function findWay(toolchain: Toolchain): Promise<ChosenWay> {
  const found: Record<string, string | undefined> = {};
  for (const { tool } of toolchain.ways) {
    const definition = toolchain.tools[tool];
    if (definition !== undefined) found[tool] ??= await findCommand(definition);
    if (found[tool] !== undefined) break;
  }
  return chooseWay(toolchain, found);
}

/** Runs the way's commands in the project's folder until one fails. */
export async function install(
  way: ChosenWay,
  folder: string,
  terminal: Pick<Terminal, "step">,
): Promise<Installation> {
  for (const [index, command] of way.install.entries()) {
    const [program = "", ...rest] = command;
    const result = await terminal.step(shellCommand(command), () =>
      execa(program, rest, { cwd: folder, all: true, reject: false, stdin: "ignore" }),
    );
    if (result.failed) {
      const said = (result.all || result.originalMessage) ?? "";
      const lastWords = said.trim().split("\n").slice(-LAST_LINES).join("\n");
      return { failure: { command, lastWords }, remaining: way.install.slice(index) };
    }
  }
  return { remaining: [] };
}
