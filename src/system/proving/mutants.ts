import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { packageRoot } from "../../package-root.ts";
import { MUTANTS } from "../../plan/layers.ts";
import { readToolchain } from "../../plan/read-stack.ts";
import type { StackMutants } from "../../proofs/mutants.ts";
import { parseMutants } from "../../proofs/parse-mutants.ts";

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

/** What proves the projects of a stack. */
export type StackProofs = {
  readonly mutants: StackMutants;
  /** The program that runs their tests, where there is one. */
  readonly worker: string;
};

/** Reads what proves the projects of a stack out of its folders. */
export const readProofs = (stack: string, root: string = packageRoot()): StackProofs => {
  const place = `templates/${stack}`;
  const { proving } = readToolchain(root, place);
  const worker =
    proving === undefined ? "" : readFileSync(join(root, place, proving.worker), "utf8");
  return { mutants: readMutants(stack, root), worker };
};

/** The same, out of a published package, which has an archive of it, or a checkout. */
export const loadProofs = (stack: string, root: string = packageRoot()): StackProofs => {
  if (existsSync(join(root, "templates"))) return readProofs(stack, root);
  const archive = readFileSync(join(root, "dist", `${stack}.mutants.br`));
  return JSON.parse(brotliDecompressSync(archive).toString("utf8"));
};

export const loadMutants = (stack: string, root: string = packageRoot()): StackMutants =>
  loadProofs(stack, root).mutants;
