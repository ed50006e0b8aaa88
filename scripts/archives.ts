import { brotliCompressSync } from "node:zlib";
import { catalogue } from "../src/options/catalogue.ts";
import { stackIds } from "../src/options/resolve.ts";
import { packStack } from "../src/plan/archive.ts";
import { readStack } from "../src/plan/read-stack.ts";
import { loadAdvisories } from "../src/system/advisories.ts";
import { readProofs } from "../src/system/proving/mutants.ts";

const packed = (data: object): Uint8Array => brotliCompressSync(Buffer.from(JSON.stringify(data)));

/** What a published package has in place of its data: the bytes of each archive, by file name. */
export const archives = (): ReadonlyMap<string, Uint8Array> =>
  new Map([
    ...stackIds(catalogue).flatMap((stack) => [
      [`${stack}.stack.br`, brotliCompressSync(packStack(readStack(stack)))] as const,
      [`${stack}.mutants.br`, packed(readProofs(stack))] as const,
    ]),
    ["advisories.br", packed(loadAdvisories())] as const,
  ]);
