import type { RenderedFile } from "../render/types.ts";

/** Files that hold secrets: whoever else works on this machine must not read them. */
const PRIVATE: ReadonlySet<string> = new Set([".env"]);

/** The mode of a file of a project, before the user's umask takes its part away. */
export const modeOf = ({ path, executable }: Pick<RenderedFile, "path" | "executable">): number => {
  if (PRIVATE.has(path)) return 0o600;
  return executable ? 0o777 : 0o666;
};
