/** An assignment, whose quoted value may go over several lines. */
const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^\r\n]*)/gm;
/** One that is commented out: `.env.example` shows those whose default serves. */
const EXAMPLE = /^(?:# )?([A-Z][A-Z0-9_]*)=/gm;

const namesIn = (text: string, pattern: RegExp): ReadonlySet<string> =>
  new Set([...text.matchAll(pattern)].map(([, name = ""]) => name));

/** The variables that a `.env.example` shows, commented out or not. */
export const namesInExample = (text: string): ReadonlySet<string> => namesIn(text, EXAMPLE);

/** What a `.env` lacks. */
export type MissingVariables = {
  readonly names: readonly string[];
  /** What is written behind its last byte. */
  readonly addition: string;
};

/**
 * Finds the variables that a new project's `.env` has and a project's own lacks. A variable that is
 * read from a file instead is there.
 * @param own the project's own file; undefined where there is none
 * @param rendered that of a new project, with fresh secrets
 */
export const missingVariables = (own: string | undefined, rendered: string): MissingVariables => {
  const known = namesIn(own ?? "", ASSIGNMENT);
  const isThere = (name: string) => known.has(name) || known.has(`${name}_FILE`);
  const groups = groupsIn(rendered).map(({ heading, lines }) => ({
    heading,
    lines: lines.filter(({ name }) => !isThere(name)),
  }));
  const open = groups.filter(({ lines }) => lines.length > 0);
  const names = open.flatMap(({ lines }) => lines.map(({ name }) => name));
  if (own === undefined) return { names, addition: rendered };
  const rows = open.flatMap(({ heading, lines }) => [
    "",
    ...heading,
    ...lines.map(({ line }) => line),
  ]);
  const end = own.includes("\r\n") ? "\r\n" : "\n";
  const isOpen = own !== "" && !own.endsWith("\n");
  const start = own.trim() === "" ? rows.slice(1) : rows;
  const text = start.map((row) => row + end).join("");
  return { names, addition: names.length > 0 && isOpen ? end + text : text };
};

type Group = {
  readonly heading: readonly string[];
  readonly lines: readonly { readonly name: string; readonly line: string }[];
};

/** The variables of a file of ours: blank lines part groups, and a comment begins each. */
const groupsIn = (rendered: string): readonly Group[] =>
  rendered.split("\n\n").map((block) => {
    const rows = block.split("\n").filter((row) => row !== "");
    return {
      heading: rows.filter((row) => row.startsWith("#")),
      lines: rows
        .filter((row) => !row.startsWith("#"))
        .map((line) => ({ name: line.slice(0, line.indexOf("=")), line })),
    };
  });
