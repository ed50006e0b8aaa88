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
  const globs = patterns.map((pattern) => {
    const bare = pattern.replace(/^\.\//, "").replace(/\/$/, "");
    return bare.match(/\*\*|[\s\S]/g) ?? [];
  });
  return (path) => globs.some((glob) => matches(glob, path));
};

/** Goes all ways at once: an expression tries each by itself, and many stars have millions. */
const matches = (glob: readonly string[], path: string): boolean => {
  let reached = [0];
  for (const token of glob) {
    reached = [...new Set(reached.flatMap((at) => endsOf(token, path, at)))];
  }
  return reached.includes(path.length);
};

/** Where a part of a pattern may end in a path when it begins there. */
const endsOf = (token: string, path: string, at: number): readonly number[] => {
  if (token === "**" || token === "*") {
    const slash = token === "*" ? path.indexOf("/", at) : -1;
    const most = (slash === -1 ? path.length : slash) - at;
    return Array.from({ length: most + 1 }, (_, length) => at + length);
  }
  const found = path[at];
  return (token === "?" ? found !== undefined && found !== "/" : found === token) ? [at + 1] : [];
};
