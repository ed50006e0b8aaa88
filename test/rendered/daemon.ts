import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Debian has daemons where only administrators look. */
const FOLDERS = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];

/** Where a daemon is on this machine. */
export const findDaemon = (name: string): string | undefined =>
  FOLDERS.map((folder) => join(folder, name)).find(existsSync);
