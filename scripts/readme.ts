// Writes the table of options into README.md, between its two marks.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { optionsTable } from "../src/options/table.ts";
import { packageRoot } from "../src/package-root.ts";

const path = join(packageRoot(), "README.md");
const readme = readFileSync(path, "utf8");
const marked = /(<!-- options: npm run readme -->\n)[\s\S]*?(<!-- \/options -->)/;
if (!marked.test(readme)) {
  throw new Error(
    "README.md: the marks <!-- options: npm run readme --> … <!-- /options --> are missing",
  );
}
writeFileSync(
  path,
  readme.replace(
    marked,
    (_, open: string, close: string) => `${open}\n${optionsTable()}\n\n${close}`,
  ),
);
