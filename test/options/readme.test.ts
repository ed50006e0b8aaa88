import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exitCodes } from "../../src/exit.ts";
import { optionsTable } from "../../src/options/table.ts";
import { packageRoot } from "../../src/package-root.ts";

// When it fails: npm run readme
test("the README has the table of options as the catalogue states it", () => {
  const readme = readFileSync(join(packageRoot(), "README.md"), "utf8");
  expect(readme).toContain(
    `<!-- options: npm run readme -->\n\n${optionsTable()}\n\n<!-- /options -->`,
  );
});

test("the README has every exit code", () => {
  const readme = readFileSync(join(packageRoot(), "README.md"), "utf8");
  for (const [codes, meaning] of exitCodes) expect(readme).toContain(`| ${codes} | ${meaning} |\n`);
});
