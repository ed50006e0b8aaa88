import { z } from "zod";

const text = z.string().regex(/^[^\p{Cc}]+$/u, "must be one line of text");
const version = z.string().regex(/^\d+(\.\d+)*$/, "must be digits and dots");
const command = z.array(text).nonempty().readonly();

const tool = z.strictObject({
  label: text,
  /** Names under which it may be on the PATH, the most likely first. */
  commands: z.array(text).nonempty().readonly(),
  /** The oldest version that will do, as `--version` prints it. */
  minimum: version.optional(),
});

const way = z.strictObject({
  /** The tool that this way needs; `{tool}` in a command is the name under which it was found. */
  tool: z.string(),
  /** Said before the installation. */
  note: text.optional(),
  /** Run one after the other in the project's folder. */
  install: z.array(command).nonempty().readonly(),
  /** The words that begin a command of an installed project, in place of `{program}`. */
  program: command,
});

/** `stack.json`: how a project of a stack is installed and run; the first way that can, is. */
const toolchainSchema = z
  .strictObject({
    tools: z.record(z.string(), tool),
    /** What to install when no tool was found, so that the first way can be gone. */
    otherwise: text,
    ways: z.array(way).nonempty().readonly(),
  })
  .superRefine(({ tools, ways }, context) => {
    for (const { tool: name } of ways) {
      if (tools[name] === undefined) {
        context.addIssue({ code: "custom", message: `there is no tool '${name}'` });
      }
    }
  })
  .readonly();

export type Toolchain = z.infer<typeof toolchainSchema>;
export type Tool = z.infer<typeof tool>;
export type Command = readonly string[];

/** A way with the tool's name filled in. */
export type ChosenWay = {
  /** False when no tool was found: then this is the way to go once there is one. */
  readonly ready: boolean;
  /** What the user should know about this way, or has to install for it. */
  readonly note: string | undefined;
  readonly install: readonly Command[];
  readonly program: Command;
};

export const parseToolchain = (data: unknown): Toolchain => {
  const result = toolchainSchema.safeParse(data);
  if (!result.success) throw new Error(z.prettifyError(result.error));
  return result.data;
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
