import * as z from "zod";

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

export const parseToolchain = (data: unknown): Toolchain => {
  const result = toolchainSchema.safeParse(data);
  if (!result.success) throw new Error(z.prettifyError(result.error));
  return result.data;
};
