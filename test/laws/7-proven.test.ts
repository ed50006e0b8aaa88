import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { stackIds } from "../../src/options/resolve.ts";
import { type Mutant, plannedMutants } from "../../src/proofs/mutants.ts";
import { asvsChapters } from "../../src/render/asvs.ts";
import { unproven } from "../../src/render/proofs.ts";
import { ASVS } from "../../src/standards/asvs.ts";
import { readMutants } from "../../src/system/proving/mutants.ts";
import { unlisted } from "../fixtures/audit-events.ts";
import { type Cell, everyCell, faultsIn } from "../fixtures/matrix.ts";
import { unfit } from "../fixtures/mutants.ts";

describe("law 7: a control is on, and proven, in every project", () => {
  const cells = everyCell();
  const mutants = new Map(stackIds(catalogue).map((stack) => [stack, readMutants(stack)]));
  const mutantsOf = ({ selection }: Cell) => mutants.get(String(selection.stack)) ?? {};

  test("there are controls", () => {
    for (const { planned } of cells) expect(planned.controls.length).toBeGreaterThan(50);
  });

  test("each names a file and a test that are there", () => {
    expect(faultsIn(cells, ({ planned, project }) => unproven(planned, project))).toEqual([]);
  });

  test("each requirement of ASVS that a control names is one", () => {
    const unknown = ({ planned }: Cell) =>
      planned.controls.flatMap(({ asvs }) => asvs.filter((id) => ASVS[id] === undefined));
    expect(faultsIn(cells, unknown)).toEqual([]);
  });

  test("each requirement of ASVS at levels 1 and 2 is answered", () => {
    const open = ({ planned: { controls, statements } }: Cell) =>
      asvsChapters(controls, statements)
        .flatMap(({ rows }) => rows)
        .flatMap(({ id, answers }) => (answers.length === 0 ? [id] : []));
    expect(faultsIn(cells, open)).toEqual([]);
    const levels = Object.values(ASVS).filter(({ level }) => level < 3);
    expect([Object.keys(ASVS).length, levels.length]).toEqual([345, 253]);
    expect(levels.every(({ asks }) => asks !== undefined)).toBe(true);
  });

  test("each mutant changes a text that its file has once, and names a test that is there", () => {
    expect(faultsIn(cells, (cell) => unfit(cell, mutantsOf(cell)))).toEqual([]);
  });

  test("each control has a mutant in each project, and each mutant a project", () => {
    const own = cells.map((cell) => plannedMutants(cell.planned, mutantsOf(cell)));
    const bare = ({ planned: { controls } }: Cell, index: number) => {
      const proven = new Set(own[index]?.map(({ control }) => control));
      return controls.map(({ id }) => id).filter((id) => !proven.has(id));
    };
    expect([...new Set(cells.flatMap(bare))]).toEqual([]);
    const name = ({ control, id }: Mutant) => `${control}/${id}`;
    for (const [stack, layers] of mutants) {
      const used = new Set(
        own.flatMap((planned, index) =>
          cells[index]?.selection.stack === stack ? planned.map(name) : [],
        ),
      );
      const all = Object.values(layers).flat().map(name);
      expect(all.filter((mutant) => !used.has(mutant))).toEqual([]);
    }
  });

  test("each audit event that is recorded is listed, and each that is listed is recorded", () => {
    expect(faultsIn(cells, ({ planned, project }) => unlisted(planned, project))).toEqual([]);
  });
});
