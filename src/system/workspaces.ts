import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** A workspace of a package manager in which a folder lies. */
export type Workspace = {
  readonly manager: "uv" | "npm";
  readonly root: string;
  /** The folder, from the root. */
  readonly path: string;
  /** Whether the workspace takes the folder in as one of its own. */
  readonly isMember: boolean;
};

/** The workspaces above a folder, the nearest first. */
export function workspacesAround(target: string): readonly Workspace[] {
  const found: Workspace[] = [];
  for (let root = dirname(target); ; root = dirname(root)) {
    const path = relative(root, target).split(sep).join("/");
    const uv = uvMembers(join(root, "pyproject.toml"));
    if (uv !== undefined) found.push({ manager: "uv", root, path, isMember: uv(path) });
    const npm = npmMembers(join(root, "package.json"));
    if (npm !== undefined) found.push({ manager: "npm", root, path, isMember: npm(path) });
    if (root === dirname(root)) return found;
  }
}

type Membership = (path: string) => boolean;

const matcher = (patterns: readonly string[]): Membership => {
  const expressions = patterns.map((pattern) => {
    const escaped = pattern.replace(/^\.\//, "").replace(/[.+^${}()|[\]\\]/g, "\\$&");
    const globbed = escaped.replace(/\*\*|\*|\?/g, (glob) =>
      glob === "**" ? ".*" : glob === "*" ? "[^/]*" : "[^/]",
    );
    return new RegExp(`^${globbed.replace(/\/$/, "")}$`);
  });
  return (path) => expressions.some((expression) => expression.test(path));
};

/** The lists of a table that uv reads; other TOML than lists of texts is none of ours. */
function uvMembers(file: string): Membership | undefined {
  if (!existsSync(file)) return undefined;
  const [, rest] = readFileSync(file, "utf8").split(/^\[tool\.uv\.workspace\]\s*$/m);
  const [table] = rest?.split(/^\[/m) ?? [];
  if (table === undefined) return undefined;
  const list = (name: string): readonly string[] => {
    const [, texts = ""] = new RegExp(`^${name}\\s*=\\s*\\[([^\\]]*)\\]`, "m").exec(table) ?? [];
    return [...texts.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, a, b]) => a ?? b ?? "");
  };
  const members = matcher(list("members"));
  const excluded = matcher(list("exclude"));
  return (path) => members(path) && !excluded(path);
}

function npmMembers(file: string): Membership | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { workspaces } = JSON.parse(readFileSync(file, "utf8"));
    const patterns = Array.isArray(workspaces) ? workspaces : workspaces?.packages;
    if (!Array.isArray(patterns)) return undefined;
    return matcher(patterns.filter((pattern) => typeof pattern === "string"));
  } catch {
    // A file that npm could not read makes no workspace.
    return undefined;
  }
}

/** A workspace that would write its own lock and environment in place of the project's. */
export const takenIn = (workspaces: readonly Workspace[]): Workspace | undefined =>
  workspaces.find(({ manager, isMember }) => manager === "uv" && isMember);
