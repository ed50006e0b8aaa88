import { expect, test } from "vitest";
import { coveringSelections } from "../../src/options/matrix.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import type { Selection } from "../../src/options/types.ts";
import { overlaid } from "../../src/plan/overlay.ts";
import { plan } from "../../src/plan/plan.ts";
import { readStack } from "../../src/plan/read-stack.ts";
import { unproven } from "../../src/render/proofs.ts";
import { render } from "../../src/render/render.ts";
import { offered, overlay } from "../fixtures/example-preset.ts";
import { cellOf } from "../fixtures/matrix.ts";
import { importFaults, loneModules } from "../fixtures/python.ts";
import { counting } from "../fixtures/stack.ts";

const stack = readStack("fastapi");

/** Each pair of choices that the example leaves, at least once. */
const selections = coveringSelections(offered);

const made = (selection: Selection) => {
  const options = parseAnswers({ ...selection, description: "Orders" }, offered);
  const { layers, pins } = overlaid(stack, overlay, options.selection);
  const planned = plan(options, layers, pins);
  const project = render(planned, counting);
  const texts = new Map(
    project.files.map(({ path, content }) => [path, Buffer.from(content).toString("utf8")]),
  );
  return { planned, project, texts };
};

/** Lines that one text has and the other has not. */
const added = (text: string, before: string): readonly string[] => {
  const known = new Set(before.split("\n"));
  return text.split("\n").filter((line) => !known.has(line));
};

test.each(selections)("the laws hold with the example preset: %j", (selection) => {
  const { planned, project, texts } = made(selection);
  expect(importFaults(texts)).toEqual([]);
  expect(loneModules(texts)).toEqual([]);
  expect(unproven(planned, project)).toEqual([]);
});

// What of Acme is to be found in files of ours, and nothing else.
const OURS_ABOUT_ACME =
  /acme|COST_CENTER|cost_center|AUDIT_RETENTION_DAYS|audit_retention_days|MAX_BODY_BYTES|max_body_bytes|pip-licenses|piplicenses|licences|docker build|Who pays|# --- Acme|^$|^```|^\d+\. /i;

test.each(selections)("each line that the example changes is its own: %j", (selection) => {
  const { planned, texts } = made(selection);
  const before = cellOf(selection, { description: "Orders" }).texts;
  for (const [path, text] of texts) {
    const layer = planned.files.get(path)?.layer ?? "";
    if (layer.startsWith("acme-platform/")) continue;
    for (const line of added(text, before.get(path) ?? "")) {
      expect(`${path}: ${line.match(OURS_ABOUT_ACME) ? "" : line}`).toBe(`${path}: `);
    }
  }
  const gone = [...before.keys()].filter((path) => !texts.has(path));
  expect(gone).toEqual([]);
});

test.each(selections)("the same answers are the same bytes: %j", (selection) => {
  expect(made(selection).texts).toEqual(made(selection).texts);
});

test("its bounds are the service's own, and its condition decides what is deployed", () => {
  const [production] = selections.filter(({ environment }) => environment !== "development");
  const [development] = selections.filter(({ environment }) => environment === "development");
  if (production === undefined || development === undefined) throw new Error("both are covered");
  const { texts } = made(production);
  expect(texts.get("app/settings/model.py")).toContain(
    "audit_retention_days: Annotated[int, Field(ge=730, le=36500)] = 730",
  );
  expect(texts.get("app/logging.py")).toContain("        cost_center(settings),\n");
  expect([...texts.keys()]).toContain("deploy/acme.Dockerfile");
  const { texts: other } = made(development);
  expect([...other.keys()]).not.toContain("deploy/acme.Dockerfile");
  expect([...other].filter(([, text]) => text.includes("acme.Dockerfile"))).toEqual([]);
});
