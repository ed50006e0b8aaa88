import type { Toolchain } from "../plan/toolchain.ts";

export type Command = readonly string[];

/** A way with the tool's name filled in. */
export type ChosenWay = {
  /** False when no tool was found: then this is the way to go once there is one. */
  readonly ready: boolean;
  /** What the user should know about this way, or has to install for it. */
  readonly note: string | undefined;
  readonly install: readonly Command[];
  /** What pins the packages where nothing is installed; undefined where installing alone can. */
  readonly lock: readonly Command[] | undefined;
  readonly program: Command;
};

/** Whether what a tool's `--version` printed is new enough. */
export const isNewEnough = (printed: string, minimum = "0"): boolean => {
  const found = /\d+(\.\d+)*/.exec(printed)?.[0].split(".").map(Number) ?? [];
  for (const [index, least] of minimum.split(".").map(Number).entries()) {
    const part = found[index] ?? 0;
    if (part !== least) return part > least;
  }
  return found.length > 0;
};

/** Where a tool was found, or why what was found cannot be used; neither when there is none. */
export type Found = { readonly command?: string; readonly fault?: string };

/** The first way whose tool was found; the first way of all when none was. */
export const chooseWay = (
  { tools, otherwise, ways }: Toolchain,
  found: Readonly<Record<string, Found>>,
): ChosenWay => {
  const usable = ways.find((candidate) => found[candidate.tool]?.command !== undefined);
  const chosen = usable ?? ways[0];
  if (chosen === undefined) throw new Error("a toolchain has at least one way");
  const name = found[chosen.tool]?.command ?? chosen.tool;
  const fill = (command: Command) => command.map((word) => word.replaceAll("{tool}", name));
  const faults = Object.values(found).flatMap(({ fault }) => fault ?? []);
  const notes = usable === undefined ? [...missing(tools, found), otherwise] : [chosen.note];
  return {
    ready: usable !== undefined,
    note: [...faults, ...notes].join(" ") || undefined,
    install: chosen.install.map(fill),
    lock: chosen.lock?.map(fill),
    program: fill(chosen.program),
  };
};

const missing = (
  tools: Toolchain["tools"],
  found: Readonly<Record<string, Found>>,
): readonly string[] => {
  const absent = Object.keys(tools).filter((name) => found[name]?.fault === undefined);
  const labels = absent.flatMap((name) => tools[name]?.label ?? []);
  return labels.length === 0 ? [] : [`Not found: ${labels.join(", ")}.`];
};
