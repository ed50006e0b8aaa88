import type { RenderedFile } from "../render/types.ts";

/** Files with secrets: other users of the machine must not read them. */
const PRIVATE: ReadonlySet<string> = new Set([".env"]);
/** A folder that other users may not enter: containers read its files as their own users. */
const CLOSED = ".secrets/";

/** The mode of a file of a project, before the user's umask takes its part away. */
export const modeOf = ({ path, executable }: Pick<RenderedFile, "path" | "executable">): number => {
  if (PRIVATE.has(path)) return 0o600;
  return executable ? 0o777 : 0o666;
};

/** The exact mode of a file, whatever the umask; undefined where the umask has its say. */
export const exactModeOf = (path: string): number | undefined =>
  path.startsWith(CLOSED) ? 0o644 : undefined;

/** The exact mode of the folder that a file lies in; undefined where the umask has its say. */
export const folderModeOf = (path: string): number | undefined =>
  path.startsWith(CLOSED) ? 0o700 : undefined;
