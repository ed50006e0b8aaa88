import { describe, expect, test } from "vitest";
import { asvsChapters } from "../../src/render/asvs.ts";
import { unproven } from "../../src/render/proofs.ts";
import { ASVS } from "../../src/standards/asvs.ts";
import { unlisted } from "../fixtures/audit-events.ts";
import { type Cell, everyCell, faultsIn } from "../fixtures/matrix.ts";

describe("law 7: a control is on, and proven, in every project", () => {
  const cells = everyCell();

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

  test("each audit event that is recorded is listed, and each that is listed is recorded", () => {
    expect(faultsIn(cells, ({ planned, project }) => unlisted(planned, project))).toEqual([]);
  });
});
