import { posix } from "node:path";
import { expect, test } from "vitest";
import { coveringSelections } from "../../src/options/matrix.ts";
import { type Cell, cellOf, everyCell, faultsIn } from "../fixtures/matrix.ts";

const leadsAway = (path: string): boolean =>
  posix.normalize(path) !== path ||
  path.split("/").includes("..") ||
  !/^[\w.-]+(\/[\w.-]+)*$/.test(path);

const cells = everyCell();

test("law 6: every path of every project stays inside the target", () => {
  const strays = ({ project }: Cell) => project.files.map(({ path }) => path).filter(leadsAway);
  expect(faultsIn(cells, strays)).toEqual([]);
});

const hostile = `""" + evil() # <script>evil()</script> [a](javascript:evil) \${evil} \`evil\` 'x' \\`;

test.each(coveringSelections())("law 6: text is data: %j", (selection) => {
  const { texts } = cellOf(selection, { description: hostile });
  const holding = [...texts].filter(([, text]) => text.includes("evil()"));
  expect(holding.length).toBeGreaterThan(0);
  for (const [path, text] of holding) {
    if (/\.(?:py|toml|ya?ml|json)$/.test(path)) expect(text).not.toContain('""" + evil()');
    if (path.endsWith(".md")) expect(text).not.toMatch(/(?<!\\)<script>|(?<!\\)\[a\]/);
  }
});
