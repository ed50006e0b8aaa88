import * as z from "zod/mini";
import { list, matching, parsed, some } from "../shapes.ts";

const text = matching(/^[^\p{Cc}]+$/u, "must be one line of text");
const version = matching(/^\d+(\.\d+)*$/, "must be digits and dots");
const command = some(text);

const tool = z.strictObject({
  label: text,
  /** Names under which it may be on the PATH, the most likely first. */
  commands: some(text),
  /** The oldest version that will do, as `--version` prints it. */
  minimum: z.optional(version),
});

const way = z.strictObject({
  /** The tool that this way needs; `{tool}` in a command is the name under which it was found. */
  tool: z.string(),
  /** Said before the installation. */
  note: z.optional(text),
  /** Run one after the other in the project's folder. */
  install: some(command),
  /** Pins what would be installed, in a project that is not. */
  lock: z.optional(some(command)),
  /** The words that begin a command of an installed project, in place of `{program}`. */
  program: command,
});

const access = z.readonly(
  z.strictObject({
    /** The file that defines what is named below. */
    home: text,
    /** What makes a route ask for a permission. */
    grants: some(text),
    /** What marks a private route that asks for none. */
    allows: some(text),
    /** What makes a route ask who is calling. */
    authenticates: some(text),
    /** Classes of routers. */
    routers: z.optional(some(text)),
    /** Under which name a route says what it requires, where it is no part of its code. */
    declares: z.optional(text),
    /** What a route says there that is for everybody. */
    opens: z.optional(some(text)),
    /** How that is written, for people. */
    written: z.optional(text),
    /** Is part of the name of each list of routes that are public on purpose. */
    published: text,
  }),
);

/** Where a project says what is checked in it. */
const code = z.readonly(
  z.strictObject({
    /** The reader of its language. */
    reader: text,
    /** The file that declares the settings. */
    settings: text,
    /** The folder of the tests. */
    tests: text,
    /** What the README says how to remove, as it is rendered. */
    example: list(text),
    /** Folders that are no part of a project, by name. */
    ignored: list(text),
    /** Absent: what routes ask for is not read. */
    access: z.optional(access),
  }),
);

/** How the tests of an installed project are run while one of its files is changed. */
const proving = z.readonly(
  z.strictObject({
    /** Begins the command of the worker; its first word is a file of the project, or on the PATH. */
    program: command,
    /** Folders of what is installed: its copies link to them. */
    linked: z.optional(some(text)),
    /** The worker, beside the layers. */
    worker: text,
    /** Names of files and folders that its copies of the project do without. */
    ignored: list(text),
  }),
);
/** What names the packages of a project, and what pins them. */
const locks = z.readonly(z.strictObject({ from: some(text), in: some(text) }));

/** `stack.json`: how a project of a stack is installed and run; the first way that can, is. */
const toolchainSchema = z.readonly(
  z
    .strictObject({
      tools: z.record(z.string(), tool),
      /** What to install when no tool was found, so that the first way can be gone. */
      otherwise: text,
      ways: some(way),
      /** Absent: only files are compared. */
      code: z.optional(code),
      /** Absent: its controls cannot be proven. */
      proving: z.optional(proving),
      locks: z.optional(locks),
      /** What shows that a project is sound; a word may be `{program}`. */
      checks: z.optional(some(command)),
    })
    .check(
      z.superRefine(({ tools, ways }, context) => {
        for (const { tool: name } of ways) {
          if (tools[name] === undefined) {
            context.addIssue({ code: "custom", message: `there is no tool '${name}'` });
          }
        }
      }),
    ),
);

export type Toolchain = z.infer<typeof toolchainSchema>;
export type Code = z.infer<typeof code>;
export type Access = z.infer<typeof access>;
export type Proving = z.infer<typeof proving>;
export type Tool = z.infer<typeof tool>;

export const parseToolchain = (data: unknown): Toolchain => {
  return parsed(toolchainSchema, data);
};
