import { expect, test } from "vitest";
import { type Cell, everyCell, faultsIn } from "../fixtures/matrix.ts";

const cells = everyCell();
const modelOf = ({ texts }: Cell): string => texts.get("docs/threat-model.md") ?? "";

/** The rows of a table of Markdown, without its head. */
const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "")));

const idsIn = (cell: Cell): readonly string[] =>
  rowsOf(modelOf(cell)).flatMap((row) => row.at(-1)?.split(", ") ?? []);

test("each control stops one threat of the model, and is explained in SECURITY.md", () => {
  const faults = faultsIn(cells, (cell) => {
    const ids = cell.planned.controls.map(({ id }) => id).sort();
    const [, controls = ""] = (cell.texts.get("SECURITY.md") ?? "").split("\n## Controls\n");
    const [table = ""] = controls.split("\n## ");
    const explained = rowsOf(table).map(([id = ""]) => id);
    const same = (found: readonly string[]) => String([...found].sort()) === String(ids);
    return [
      ...(same(idsIn(cell)) ? [] : ["docs/threat-model.md has other controls than the project"]),
      ...(same(explained) ? [] : ["SECURITY.md has other controls than the project"]),
    ];
  });
  expect(faults).toEqual([]);
});

test("each boundary of a threat is in the diagram, and no other", () => {
  const faults = faultsIn(cells, (cell) => {
    const [, diagram = ""] = /```mermaid\n([\s\S]+?)```/.exec(modelOf(cell)) ?? [];
    const drawn = new Set([...diagram.matchAll(/["|>](\d): /g)].map(([, number = ""]) => number));
    const crossed = new Set(rowsOf(modelOf(cell)).map(([number = ""]) => number));
    const only = (some: ReadonlySet<string>, others: ReadonlySet<string>, where: string) =>
      [...some].filter((number) => !others.has(number)).map((number) => `${number}: only ${where}`);
    return [...only(drawn, crossed, "in the diagram"), ...only(crossed, drawn, "in the table")];
  });
  expect(faults).toEqual([]);
});

test("each end of an arrow is a node with a title", () => {
  const faults = faultsIn(cells, (cell) => {
    const [, diagram = ""] = /```mermaid\n([\s\S]+?)```/.exec(modelOf(cell)) ?? [];
    const titled = new Set([...diagram.matchAll(/(\w+)(?:\[\(?"|\[")/g)].map(([, id]) => id));
    const arrows = [...diagram.matchAll(/^ {2}(\w+).* (?:-->|\.->) (\w+)/gm)];
    if (arrows.length < 4) return ["the diagram has no arrows"];
    return arrows
      .flatMap(([, from, to]) => [from, to])
      .filter((id) => !titled.has(id))
      .map((id) => `${id} has no title`);
  });
  expect(faults).toEqual([]);
});
