import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findUv } from "../../scripts/uv.ts";
import { codeChecks, install, missingPython, runTests } from "./fastapi.ts";
import { makeProject } from "./project.ts";
import { blocksOf, place } from "./readme.ts";

const selections = [
  { orm: "sqlalchemy", database: "sqlite", auth: "jwt" },
  { orm: "tortoise", database: "sqlite", auth: "api-key" },
];

test.each(selections)("a resource is added as the README says: $orm, $auth", async (selection) => {
  const missing = await missingPython();
  if (missing !== undefined) throw new Error(missing);
  const project = makeProject(selection);
  const { folder } = project;
  const variables = { PATH: [dirname((await findUv()) ?? ""), process.env.PATH].join(delimiter) };
  const shell = (text: string) => project.run("sh", ["-ec", text], { variables });
  try {
    await install(project);
    const readme = readFileSync(join(folder, "README.md"), "utf8");
    const blocks = blocksOf(readme, "Add a resource");
    expect(blocks.length).toBeGreaterThan(10);
    for (const block of blocks) {
      if (block.language === "sh") await shell(block.text);
      else place(folder, block);
    }
    const [, last = ""] = /Then `(uv run ruff [^`]+)`/.exec(readme) ?? [];
    await shell(last);
    for (const check of Object.values(codeChecks)) await check(project);
    await runTests(project, {});
  } finally {
    project.remove();
  }
});
