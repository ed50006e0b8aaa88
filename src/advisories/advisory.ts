import * as z from "zod/mini";
import { list, matching, parsed, some } from "../shapes.ts";

const line = matching(/^[^\p{Cc}]+$/u, "must be one line of text");
const version = matching(/^\d+\.\d+\.\d+$/, "must be like 1.2.3");
const code = z.pipe(
  z.union([z.string(), some(z.string())]),
  z.transform((text): string => (typeof text === "string" ? text : text.join("\n"))),
);

const edit = z.readonly(
  z.strictObject({
    file: line,
    /** What occurs exactly once in the file as it was rendered, and has the fault. */
    text: code,
    instead: code,
    /** False where the text alone is no fault, such as an import that the fix needs. */
    sign: z._default(z.boolean(), true),
  }),
);

const advisory = z.readonly(
  z.strictObject({
    id: matching(/^CSA-\d{4}-\d{3,}$/, "must be like CSA-2026-001"),
    title: line,
    severity: z.enum(["low", "medium", "high", "critical"]),
    published: matching(/^\d{4}-\d{2}-\d{2}$/, "must be like 2026-11-26"),
    stack: line,
    /** The first version that has the fault. */
    since: version,
    /** The first version that has it no more. */
    fixedIn: version,
    /** The projects that have it, as the folders of layers name them. */
    condition: line,
    controls: list(line),
    description: line,
    action: line,
    references: some(line),
    /** The fix. A project has the fault while it has the text of one that is a sign of it. */
    edits: some(edit),
    /** Files that the fix brings. */
    adds: z._default(list(z.readonly(z.strictObject({ file: line, content: code }))), []),
  }),
);

/** A fault in code that was rendered, with the projects that have it and its fix. */
export type Advisory = z.infer<typeof advisory>;

/**
 * Reads an advisory.
 * @throws Error that says what is wrong with it
 */
export const parseAdvisory = (data: unknown): Advisory => parsed(advisory, data);
