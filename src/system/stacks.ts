import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { catalogue } from "../options/catalogue.ts";
import { packageRoot } from "../package-root.ts";
import { unpackStack } from "../plan/archive.ts";
import type { Stack } from "../plan/types.ts";

const loaded = new Map<string, Promise<Stack>>();

/**
 * Loads a stack: a published package has an archive of each, a checkout has their folders.
 * @param root the folder of the package
 */
export const loadStack = (stack: string, root: string = packageRoot()): Promise<Stack> => {
  const archive = join(root, "dist", `${stack}.stack.br`);
  const known = loaded.get(archive) ?? load(stack, root, archive);
  loaded.set(archive, known);
  return known;
};

const load = async (stack: string, root: string, archive: string): Promise<Stack> => {
  if (!existsSync(join(root, "templates"))) {
    return unpackStack(brotliDecompressSync(readFileSync(archive)));
  }
  const { readStack } = await import("../plan/read-stack.ts");
  return readStack(stack, catalogue, root);
};
