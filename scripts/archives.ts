import { readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { packageRoot } from "../src/package-root.ts";
import { packStack } from "../src/plan/archive.ts";
import { readStack } from "../src/plan/read-stack.ts";

/** What a published package has in place of the templates: the bytes of each stack, by file name. */
export const archives = (): ReadonlyMap<string, Uint8Array> =>
  new Map(
    readdirSync(join(packageRoot(), "templates")).map((stack) => [
      `${stack}.stack.br`,
      brotliCompressSync(packStack(readStack(stack))),
    ]),
  );
