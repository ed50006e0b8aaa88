import { spawn } from "node:child_process";
import { join } from "node:path";
import xterm from "@xterm/headless";
import type { Desk } from "./package.ts";

/** A screen as text: what a person sees, without the empty lines below. */
const textOf = (terminal: InstanceType<typeof xterm.Terminal>): string => {
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, row) =>
    (active.getLine(row)?.translateToString(true) ?? "").trimEnd(),
  );
  return `${lines.join("\n").trimEnd()}\n`;
};

/** A key to press once a screen shows a text; the screen before it is kept. */
export type Press = { readonly once: string; readonly key: string };

const PATIENCE_MS = 60_000;
const QUIET_MS = 250;
/** The end of each prompt: a busy machine may pause in the middle of one. */
const END = "Esc cancel";

/** Runs a command in a terminal of this width; the screens before each key, and the last one. */
export const screensOf = (
  cli: string,
  desk: Desk,
  columns: number,
  args: readonly string[],
  presses: readonly Press[],
): Promise<{ readonly status: number | null; readonly screens: readonly string[] }> =>
  new Promise((done, fail) => {
    const terminal = new xterm.Terminal({ cols: columns, rows: 60, allowProposedApi: true });
    const child = spawn(
      "python3",
      [join(import.meta.dirname, "terminal.py"), process.execPath, cli, ...args],
      {
        cwd: desk.folder,
        env: { ...process.env, ...desk.env, NO_COLOR: "1", TERMINAL_COLUMNS: String(columns) },
      },
    );
    const left = [...presses];
    const screens: string[] = [];
    const late = setTimeout(() => {
      child.kill();
      fail(new Error(`'${left[0]?.once}' was not shown:\n${textOf(terminal)}`));
    }, PATIENCE_MS);
    const press = () => {
      const [next] = left;
      const screen = textOf(terminal);
      if (next === undefined || !screen.includes(next.once) || !screen.includes(END)) return;
      left.shift();
      screens.push(screen);
      child.stdin.write(next.key);
    };
    let quiet: NodeJS.Timeout | undefined;
    child.stdout.on("data", (data: Buffer) => {
      clearTimeout(quiet);
      // A prompt drops what was typed before it was shown whole.
      terminal.write(data, () => {
        quiet = setTimeout(press, QUIET_MS);
      });
    });
    child.on("close", (status) => {
      clearTimeout(late);
      terminal.write("", () => done({ status, screens: [...screens, textOf(terminal)] }));
    });
  });
