import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { type Advisory, parseAdvisory } from "../advisories/advisory.ts";
import { packageRoot } from "../package-root.ts";
import { within } from "../plan/within.ts";

const FOLDER = "advisories";

/** The advisories: a published package has them in one file, a checkout has a folder of them. */
export const loadAdvisories = (root: string = packageRoot()): readonly Advisory[] => {
  const packed = join(root, "dist/advisories.br");
  if (!existsSync(join(root, FOLDER))) {
    if (!existsSync(packed)) return [];
    return JSON.parse(brotliDecompressSync(readFileSync(packed)).toString("utf8"));
  }
  return readdirSync(join(root, FOLDER))
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) =>
      within(`${FOLDER}/${file}`, () =>
        parseAdvisory(JSON.parse(readFileSync(join(root, FOLDER, file), "utf8"))),
      ),
    );
};
