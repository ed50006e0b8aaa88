import { matcher, type WorkspaceReader } from "./workspace.ts";

const members: WorkspaceReader["members"] = (text) => {
  try {
    const { workspaces } = JSON.parse(text);
    const patterns: unknown = Array.isArray(workspaces) ? workspaces : workspaces?.packages;
    if (!Array.isArray(patterns)) return undefined;
    const texts = patterns.filter((pattern) => typeof pattern === "string");
    const included = matcher(texts.filter((pattern) => !pattern.startsWith("!")));
    const excluded = matcher(texts.flatMap((pattern) => /^!(.*)/.exec(pattern)?.[1] ?? []));
    return (path) => included(path) && !excluded(path);
  } catch {
    // A file that npm could not read makes no workspace.
    return undefined;
  }
};

export const npm: WorkspaceReader = {
  manager: "npm",
  manifest: "package.json",
  members,
  exclusion: (path) => `at the end of "workspaces", write: "!${path}"`,
};
