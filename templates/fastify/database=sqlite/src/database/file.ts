/** The file that holds the database. */

import { closeSync, constants, openSync } from "node:fs";

const SCHEME = "sqlite:///";

/** Returns the path in a URL. */
export const pathOf = (url: string): string => url.slice(SCHEME.length);

/**
 * Creates an empty file that no other user may read, unless it exists.
 *
 * SQLite would leave its mode to the umask; journals get the mode of the file.
 */
export const makePrivate = (path: string): void => {
  try {
    closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600));
  } catch {
    // SQLite says why.
  }
};
