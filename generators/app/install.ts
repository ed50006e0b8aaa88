import type { Tool, Toolchain } from "../../src/plan/toolchain.ts";
import { shellCommand } from "../../src/project/command.ts";
import {
  type ChosenWay,
  type Command,
  chooseWay,
  type Found,
  isNewEnough,
} from "../../src/project/toolchain.ts";
import { run } from "../../src/system/programs.ts";
import type { Terminal } from "../../src/system/terminal.ts";

/** How an installation ended; `remaining` is what is still to be run by hand. */
export type Installation = {
  readonly failure?: { readonly command: Command; readonly lastWords: string };
  readonly remaining: readonly Command[];
};

/** How long a tool may take to tell its version. */
const PROBE_SECONDS = 10;
const LAST_LINES = 8;

/** The command under which a tool is there, or why it cannot be used. */
async function findTool({ label, commands, minimum }: Tool, seconds: number): Promise<Found> {
  let fault: string | undefined;
  for (const command of commands) {
    const { ok, said, exitCode, fault: why } = await run([command, "--version"], { seconds });
    if (ok && isNewEnough(said, minimum)) return { command };
    if (why === "slow") fault ??= `'${command}' does not answer.`;
    else if (ok) fault ??= `'${command}' is too old for ${label}.`;
    else if (why === undefined) fault ??= `'${command}' does not work (exit code ${exitCode}).`;
  }
  return fault === undefined ? {} : { fault };
}

/**
 * Looks for the tools of a stack on this machine, as far as needed, and chooses how to go on.
 * @param seconds how long each may take to tell its version
 */
export async function findWay(
  toolchain: Toolchain,
  seconds: number = PROBE_SECONDS,
): Promise<ChosenWay> {
  const found: Record<string, Found> = {};
  for (const { tool } of toolchain.ways) {
    const definition = toolchain.tools[tool];
    if (definition !== undefined) found[tool] ??= await findTool(definition, seconds);
    if (found[tool]?.command !== undefined) break;
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
    const { ok, said } = await terminal.step(shellCommand(command), () =>
      run(command, { cwd: folder }),
    );
    if (ok) continue;
    const lastWords = said.trim().split("\n").slice(-LAST_LINES).join("\n");
    return { failure: { command, lastWords }, remaining: way.install.slice(index) };
  }
  return { remaining: [] };
}
