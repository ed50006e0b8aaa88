import { readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { npm } from "./npm.ts";
import { uv } from "./uv.ts";
import type { WorkspaceReader } from "./workspace.ts";

/** A workspace of a package manager in which a folder lies. */
export type Workspace = {
  readonly manager: string;
  readonly root: string;
  /** The file that its members have, and that a folder without is none of. */
  readonly manifest: string;
  /** Whether the workspace takes the folder in as one of its own. */
  readonly isMember: boolean;
  /** What to do so that it does not, as a sentence. */
  readonly exclusion: string;
};

const readers: readonly WorkspaceReader[] = [uv, npm];

/** The workspaces above a folder, the nearest first. */
export function workspacesAround(target: string): readonly Workspace[] {
  const found: Workspace[] = [];
  for (let root = dirname(target); ; root = dirname(root)) {
    const path = relative(root, target).split(sep).join("/");
    for (const { manager, manifest, members, exclusion } of readers) {
      const file = join(root, manifest);
      const text = readableText(file);
      const membership = text === undefined ? undefined : members(text);
      if (membership === undefined) continue;
      found.push({
        manager,
        root,
        manifest,
        isMember: membership(path),
        exclusion: `In ${file}, ${exclusion(path)}`,
      });
    }
    if (root === dirname(root)) return found;
  }
}

/** The text of a file; undefined where there is none, or none that can be read. */
const readableText = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
};

/**
 * A workspace that would write its own lock and environment in place of the project's.
 * @param has whether the project has a file
 */
export const takenIn = (
  workspaces: readonly Workspace[],
  has: (path: string) => boolean,
): Workspace | undefined => workspaces.find(({ manifest, isMember }) => isMember && has(manifest));
