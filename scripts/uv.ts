import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { execa } from "execa";

const CACHE = resolve("node_modules/.cache/create-secure-api/uv");

/**
 * Finds uv: on the PATH, or in a cache of this checkout, where it is installed the first time.
 * @returns the command, or undefined on a machine without Python
 */
export const findUv = async (): Promise<string | undefined> => {
  const onPath = await execa("uv", ["--version"], { reject: false });
  if (onPath.exitCode === 0) return "uv";
  const cached = join(CACHE, "bin/uv");
  if (existsSync(cached)) return cached;
  const made = await execa("python3", ["-m", "venv", CACHE], { reject: false });
  if (made.exitCode !== 0) return undefined;
  await execa(join(CACHE, "bin/pip"), ["install", "--quiet", "uv"]);
  return cached;
};
