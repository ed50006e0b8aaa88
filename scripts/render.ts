// Writes a rendered tree without Yeoman, for work on the templates:
//   npm run render -- --orm sqlalchemy --database postgresql --out DIR [--name NAME]
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../src/errors.ts";
import { catalogue } from "../src/options/catalogue.ts";
import { packageRoot } from "../src/package-root.ts";
import { projectRecord, recordFile } from "../src/project/record.ts";
import { unproven } from "../src/render/proofs.ts";
import { writeTree } from "./tree.ts";

/** Options of which several choices can be had, with commas between. */
const several = new Set(catalogue.filter(({ kind }) => kind === "many").map(({ id }) => id));

const main = (): void => {
  const flags = Object.fromEntries(
    catalogue.map((option) => [option.id, { type: "string" as const }]),
  );
  const { values } = parseArgs({ options: { ...flags, out: { type: "string" } } });
  const { out, ...answers } = values;
  if (typeof out !== "string") {
    throw new UserError("There is no folder to write to.", "--out", "Add --out DIR.");
  }
  const lists = Object.entries(answers).map(([id, value]) => [
    id,
    several.has(id) && typeof value === "string" ? value.split(",") : value,
  ]);
  const folder = resolve(process.env.INIT_CWD ?? ".", out);
  const { planned, project } = writeTree(Object.fromEntries(lists), folder);
  const { version } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  const record = recordFile(projectRecord(version, planned.options, project));
  writeFileSync(join(folder, record.path), record.content);
  process.stdout.write(`${project.files.length} files of ${planned.layers.join(", ")}\n`);
  for (const fault of unproven(planned, project)) {
    process.stderr.write(`${fault}\n`);
    process.exitCode = 1;
  }
};

try {
  main();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  process.stderr.write(`${error instanceof UserError ? error.message : error.stack}\n`);
  process.exitCode = error instanceof UserError ? error.exitCode : 1;
}
