/** Whether a workspace takes in the folder at a path from its root. */
export type Membership = (path: string) => boolean;

/** Knows how a package manager writes its workspaces. */
export type WorkspaceReader = {
  readonly manager: string;
  /** The file in which a workspace is defined, and which each of its members has. */
  readonly manifest: string;
  /** Undefined: the file defines no workspace. */
  readonly members: (text: string) => Membership | undefined;
  /** What to write so that a member is none, behind the name of the file: "below x, write: …". */
  readonly exclusion: (path: string) => string;
};

/** Whether a path matches one of some patterns with `*`, `**` and `?`. */
export const matcher = (patterns: readonly string[]): Membership => {
  const expressions = patterns.map((pattern) => {
    const escaped = pattern.replace(/^\.\//, "").replace(/[.+^${}()|[\]\\]/g, "\\$&");
    const globbed = escaped.replace(/\*\*|\*|\?/g, (glob) =>
      glob === "**" ? ".*" : glob === "*" ? "[^/]*" : "[^/]",
    );
    return new RegExp(`^${globbed.replace(/\/$/, "")}$`);
  });
  return (path) => expressions.some((expression) => expression.test(path));
};
