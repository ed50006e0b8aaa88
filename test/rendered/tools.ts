import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { findUv } from "../../scripts/uv.ts";

/** Programs that read rendered projects, pinned in a folder of `test/rendered/`. */
export type Tools = {
  /** Where the packages of npm are, and below it what is made with them. */
  readonly folder: string;
  /** Where the programs of Python are. */
  readonly python: string;
  /** Installs them, the first time and after each change of their pins. */
  readonly install: () => Promise<void>;
};

export const toolsOf = (name: string): Tools => {
  const here = resolve("test/rendered", name);
  const folder = resolve("node_modules/.cache/create-secure-api", name);
  const python = join(folder, "python/bin");
  return { folder, python, install: () => install(here, folder, python) };
};

const install = async (here: string, folder: string, python: string): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  const isTheSame = (name: string): boolean =>
    existsSync(join(folder, name)) &&
    readFileSync(join(folder, name)).equals(readFileSync(join(here, name)));
  // The requirements come last: they are there once all is installed.
  const packages = ["package.json", "package-lock.json"].filter((name) =>
    existsSync(join(here, name)),
  );
  if ([...packages, "requirements.txt"].every(isTheSame)) return;
  if (packages.length > 0) {
    for (const name of packages) copyFileSync(join(here, name), join(folder, name));
    // No package may run a script of its own: one of them reports who installs it.
    await execa("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  }
  const uv = (await findUv()) ?? "uv";
  const requirements = join(here, "requirements.txt");
  await execa(uv, ["venv", "--quiet", "--clear", "--python", "3", join(folder, "python")]);
  await execa(uv, [
    ...["pip", "install", "--quiet", "--python", join(python, "python")],
    ...["--requirement", requirements],
  ]);
  copyFileSync(requirements, join(folder, "requirements.txt"));
};
