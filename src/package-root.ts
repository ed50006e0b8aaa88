import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's folder, whether this runs from the source or from a bundle. */
export const packageRoot = (): string => {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    if (isPackage(folder)) return folder;
    if (dirname(folder) === folder) throw new Error(`no create-secure-api package above ${start}`);
  }
};

const isPackage = (folder: string): boolean => {
  const manifest = join(folder, "package.json");
  return (
    existsSync(manifest) && /"name"\s*:\s*"create-secure-api"/.test(readFileSync(manifest, "utf8"))
  );
};
