import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { cellOf, everyCell } from "../fixtures/matrix.ts";

const cells = everyCell();
const hostile = `""" + evil() # <script>evil()</script> [a](javascript:evil) \${evil} \`evil\` 'x' \\`;

describe.each(cells.map((cell) => [cell.title, cell] as const))(
  "law 6: text is data: %s",
  (_, { selection, project }) => {
    test("every path stays inside the target", () => {
      for (const { path } of project.files) {
        expect(posix.normalize(path)).toBe(path);
        expect(path).toMatch(/^[\w.-]+(\/[\w.-]+)*$/);
        expect(path.split("/")).not.toContain("..");
      }
    });

    test("a hostile description is nowhere as it was given", () => {
      const { texts } = cellOf(selection, { description: hostile });
      const holding = [...texts].filter(([, text]) => text.includes("evil()"));
      expect(holding.length).toBeGreaterThan(0);
      for (const [path, text] of holding) {
        if (/\.(?:py|toml|ya?ml|json)$/.test(path)) expect(text).not.toContain('""" + evil()');
        if (path.endsWith(".md")) expect(text).not.toMatch(/(?<!\\)<script>|(?<!\\)\[a\]/);
      }
    });
  },
);
