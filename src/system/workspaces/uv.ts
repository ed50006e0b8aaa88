import { matcher, type WorkspaceReader } from "./workspace.ts";

/** The lists of a table that uv reads; other TOML than lists of texts is none of ours. */
const members: WorkspaceReader["members"] = (text) => {
  const [, rest] = text.split(/^\[tool\.uv\.workspace\]\s*$/m);
  const [table] = rest?.split(/^\[/m) ?? [];
  if (table === undefined) return undefined;
  const list = (name: string): readonly string[] => {
    const [, texts = ""] = new RegExp(`^${name}\\s*=\\s*\\[([^\\]]*)\\]`, "m").exec(table) ?? [];
    return [...texts.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, a, b]) => a ?? b ?? "");
  };
  const included = matcher(list("members"));
  const excluded = matcher(list("exclude"));
  return (path) => included(path) && !excluded(path);
};

export const uv: WorkspaceReader = {
  manager: "uv",
  manifest: "pyproject.toml",
  members,
  exclusion: (path) => `below [tool.uv.workspace], write: exclude = ["${path}"]`,
};
