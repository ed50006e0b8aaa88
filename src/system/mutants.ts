import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { packageRoot } from "../package-root.ts";
import { MUTANTS } from "../plan/layers.ts";
import type { StackMutants } from "../proofs/mutants.ts";
import { parseMutants } from "../proofs/parse-mutants.ts";

/** Reads the mutants of a stack out of the folders of its layers, and checks them. */
export const readMutants = (stack: string, root: string = packageRoot()): StackMutants => {
  const place = `templates/${stack}`;
  const layers = readdirSync(join(root, place)).filter((layer) =>
    existsSync(join(root, place, layer, MUTANTS)),
  );
  return Object.fromEntries(
    layers.map((layer) => {
      const file = `${place}/${layer}/${MUTANTS}`;
      return [layer, parseMutants(file, readFileSync(join(root, file), "utf8"))];
    }),
  );
};

/** The mutants of a stack: a published package has an archive of them, a checkout has folders. */
export const loadMutants = (stack: string, root: string = packageRoot()): StackMutants => {
  if (existsSync(join(root, "templates"))) return readMutants(stack, root);
  const archive = readFileSync(join(root, "dist", `${stack}.mutants.br`));
  return JSON.parse(brotliDecompressSync(archive).toString("utf8"));
};
