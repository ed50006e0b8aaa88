import { randomBytes } from "node:crypto";
import type { ProjectOptions, Selection } from "../options/types.ts";
import type { Extended } from "../plan/overlay.ts";
import { plan } from "../plan/plan.ts";
import type { ProjectPlan, Stack } from "../plan/types.ts";
import type { Preset } from "../project/preset.ts";
import { render } from "../render/render.ts";
import type { RenderedProject } from "../render/types.ts";
import { loadStack } from "./stacks.ts";

/** Plans a project with the layers of a preset over those of its stack, where there is one. */
export const planWith = (
  options: ProjectOptions,
  stack: Stack,
  preset: Preset | undefined,
): Promise<ProjectPlan> =>
  madeWith(stack, preset, options.selection, ({ layers, pins }) => plan(options, layers, pins));

/**
 * A project in memory, with the layers of a preset over ours.
 * @param root the folder of the package; absent: this one
 */
export async function renderProject(
  options: ProjectOptions,
  { preset, root }: { readonly preset?: Preset | undefined; readonly root?: string | undefined },
): Promise<{ readonly planned: ProjectPlan; readonly project: RenderedProject }> {
  const { selection } = options;
  const stack = await loadStack(String(selection.stack), root);
  return madeWith(stack, preset, selection, ({ layers, pins }) => {
    const planned = plan(options, layers, pins);
    return { planned, project: render(planned, randomBytes) };
  });
}

/** What is wrong with the layers of a preset is told as a mistake of whoever wrote them. */
async function madeWith<Made>(
  stack: Stack,
  preset: Preset | undefined,
  selection: Selection,
  make: (extended: Extended) => Made,
): Promise<Made> {
  if (preset === undefined) return make(stack);
  const { mended, overlaid } = await import("../plan/overlay.ts");
  const extended = overlaid(stack, preset.overlay, selection);
  return mended(preset.overlay.shown, () => make(extended));
}
