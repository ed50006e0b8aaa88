import { expect, test } from "vitest";
import { quotes, shownIn } from "../fixtures/guidance.ts";
import { type Cell, everyCell, faultsIn } from "../fixtures/matrix.ts";

const cells = everyCell();
const guidanceOf = ({ texts }: Cell): string => texts.get("AGENTS.md") ?? "";

test("what AGENTS.md calls good is code of the project, which its linters and types check", () => {
  const faults = faultsIn(cells, (cell) =>
    shownIn(guidanceOf(cell)).flatMap((piece) => {
      if (piece.kind !== "Good") return [];
      const code = cell.texts.get(piece.file) ?? "";
      return quotes(code, piece.lines) ? [] : [`${piece.file} has no ${piece.lines[0]}`];
    }),
  );
  expect(faults).toEqual([]);
});

test("each good example stands beside a bad one, which the quoted files do not have", () => {
  const faults = faultsIn(cells, (cell) => {
    const pieces = shownIn(guidanceOf(cell));
    const bad = pieces.flatMap((piece) => (piece.kind === "Bad" ? [piece] : []));
    const quoted = pieces.flatMap((piece) => (piece.kind === "Good" ? [piece.file] : []));
    const sources = quoted.map((path) => cell.texts.get(path) ?? "");
    const found = bad.filter(({ lines }) => sources.some((text) => quotes(text, lines)));
    return [
      ...(bad.length < 8 ? ["too few bad examples"] : []),
      ...(pieces[0]?.kind === "Good" && pieces.at(-1)?.kind === "Bad" ? [] : ["not in pairs"]),
      ...found.map(({ lines }) => `the project itself has ${lines[0]}`),
    ];
  });
  expect(faults).toEqual([]);
});

test("each file that AGENTS.md names is there", () => {
  const faults = faultsIn(cells, (cell) =>
    [...guidanceOf(cell).matchAll(/`((?:app|src|tests|docs)\/[\w/.-]*)`/g)].flatMap(
      ([, path = ""]) =>
        [...cell.texts.keys()].some(
          (file) => file === path || (path.endsWith("/") && file.startsWith(path)),
        )
          ? []
          : [`${path} is not there`],
    ),
  );
  expect(faults).toEqual([]);
});

test("AGENTS.md has two pages", () => {
  const faults = faultsIn(cells, (cell) => {
    const lines = guidanceOf(cell).split("\n").length;
    return lines > 155 ? [`${lines} lines`] : [];
  });
  expect(faults).toEqual([]);
});
