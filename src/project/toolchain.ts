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
  /** What to run first in an installed project. */
  next: z.array(command).nonempty().readonly(),
});

/** `stack.json`: how a project of a stack is installed and started; the first way that can, is. */
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
  readonly next: readonly Command[];
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

/**
 * The first way whose tool was found; the first way of all when none was.
 * @param found the command name of each tool that was found
 */
export const chooseWay = (
  { tools, otherwise, ways }: Toolchain,
  found: Readonly<Record<string, string | undefined>>,
): ChosenWay => {
  const usable = ways.find((candidate) => found[candidate.tool] !== undefined);
  const chosen = usable ?? ways[0];
  if (chosen === undefined) throw new Error("a toolchain has at least one way");
  const fill = (command: Command) =>
    command.map((word) => word.replaceAll("{tool}", found[chosen.tool] ?? chosen.tool));
  return {
    ready: usable !== undefined,
    note: usable === undefined ? `${missing(tools)} ${otherwise}` : chosen.note,
    install: chosen.install.map(fill),
    next: chosen.next.map(fill),
  };
};

const missing = (tools: Toolchain["tools"]): string =>
  `Not found: ${Object.values(tools)
    .map(({ label }) => label)
    .join(", ")}.`;
