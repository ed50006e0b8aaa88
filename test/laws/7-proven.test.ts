import { describe, expect, test } from "vitest";
import { unproven } from "../../src/render/proofs.ts";
import { everyCell } from "../fixtures/matrix.ts";

describe.each(everyCell().map((cell) => [cell.title, cell] as const))(
  "law 7: a control is on, and proven: %s",
  (_, { planned, project }) => {
    test("there are controls", () => {
      expect(planned.controls.length).toBeGreaterThan(0);
    });

    test("each names a file and a test that are there", () => {
      expect(unproven(planned, project)).toEqual([]);
    });
  },
);
