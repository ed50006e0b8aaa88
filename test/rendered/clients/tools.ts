import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { findUv } from "../../../scripts/uv.ts";

const HERE = resolve("test/rendered/clients");
/** Where the packages of this folder are, and below it what is made with them. */
export const TOOLS = resolve("node_modules/.cache/create-secure-api/clients");
export const PYTHON = join(TOOLS, "python/bin");

/** Installs what reads the document, the first time and after each change of its pins. */
export const installTools = async (): Promise<void> => {
  mkdirSync(TOOLS, { recursive: true });
  // The lockfile comes last: it is there once all is installed.
  const files = ["package.json", "requirements.txt", "package-lock.json"];
  if (files.every(isTheSame)) return;
  copyFileSync(join(HERE, "package.json"), join(TOOLS, "package.json"));
  copyFileSync(join(HERE, "package-lock.json"), join(TOOLS, "package-lock.json"));
  // No package may run a script of its own: one of them reports who installs it.
  await execa("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: TOOLS });
  const uv = (await findUv()) ?? "uv";
  const requirements = join(HERE, "requirements.txt");
  await execa(uv, ["venv", "--quiet", "--clear", "--python", "3", join(TOOLS, "python")]);
  await execa(uv, [
    ...["pip", "install", "--quiet", "--python", join(PYTHON, "python")],
    ...["--requirement", requirements],
  ]);
  copyFileSync(requirements, join(TOOLS, "requirements.txt"));
};

const isTheSame = (name: string): boolean =>
  existsSync(join(TOOLS, name)) &&
  readFileSync(join(TOOLS, name)).equals(readFileSync(join(HERE, name)));
