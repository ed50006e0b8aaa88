import { join, relative } from "node:path";
import process from "node:process";
import type { Progress } from "../../generators/app/request.ts";
import { UserError } from "../errors.ts";
import type { Command } from "../project/toolchain.ts";
import type { Terminal } from "../system/terminal.ts";

/** What a command is given to work with. */
export type Surroundings = {
  readonly root: string;
  readonly version: string;
  readonly terminal: Terminal;
  readonly errors: Terminal;
  readonly onProgress: (progress: Progress) => void;
};

const currentDirectory = (): string => {
  try {
    return process.cwd();
  } catch (cause) {
    const fix = "Go to another one.";
    throw new UserError("This directory does not exist any more.", ".", fix, {
      cause,
      code: "directory",
    });
  }
};

/** `npm start` runs in the checkout; the user stands where npm was called. */
export const start = (
  root: string,
  version: string,
): { readonly cwd: string; readonly program: Command } => {
  const { INIT_CWD, npm_lifecycle_event, npm_package_json } = process.env;
  const isCheckout =
    npm_lifecycle_event === "start" && npm_package_json === join(root, "package.json");
  if (!isCheckout || INIT_CWD === undefined) {
    return { cwd: currentDirectory(), program: ["npx", `create-secure-api@${version}`] };
  }
  const isOutside = relative(root, INIT_CWD).startsWith("..");
  const where = isOutside ? ["--prefix", root] : [];
  return { cwd: INIT_CWD, program: ["npm", ...where, "start", "--"] };
};
