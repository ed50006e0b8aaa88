import { describe, expect, test } from "vitest";
import { unproven } from "../../src/render/proofs.ts";
import { unlisted } from "../fixtures/audit-events.ts";
import { everyCell, faultsIn } from "../fixtures/matrix.ts";

describe("law 7: a control is on, and proven, in every project", () => {
  const cells = everyCell();

  test("there are controls", () => {
    for (const { planned } of cells) expect(planned.controls.length).toBeGreaterThan(50);
  });

  test("each names a file and a test that are there", () => {
    expect(faultsIn(cells, ({ planned, project }) => unproven(planned, project))).toEqual([]);
  });

  test("each audit event that is recorded is listed, and each that is listed is recorded", () => {
    expect(faultsIn(cells, ({ planned, project }) => unlisted(planned, project))).toEqual([]);
  });
});
