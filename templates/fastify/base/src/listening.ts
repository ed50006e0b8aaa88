/** What an operator is told when a server cannot listen. */

import { getSystemErrorMessage } from "node:util";
import { SettingsError } from "./settings/index.ts";

/** Returns why a server cannot listen on `<prefix>HOST` and `<prefix>PORT`, without the address. */
export const cannotListen = (error: unknown, port: number, prefix = ""): SettingsError =>
  new SettingsError([
    `${prefix}PORT: cannot listen on ${port} of ${prefix}HOST: ${reasonOf(error)}; ` +
      "each process on a machine needs a port of its own",
  ]);

const reasonOf = (error: unknown): string =>
  error instanceof Error && "errno" in error && typeof error.errno === "number"
    ? getSystemErrorMessage(error.errno)
    : "it is not possible";
