import type { ProjectOptions } from "../options/types.ts";
import { plan } from "../plan/plan.ts";
import type { ProjectPlan, Stack } from "../plan/types.ts";
import type { Preset } from "../project/preset.ts";

/** Plans a project with the layers of a preset, where there is one. */
export async function planWith(
  options: ProjectOptions,
  stack: Stack,
  preset: Preset | undefined,
): Promise<ProjectPlan> {
  if (preset === undefined) return plan(options, stack.layers, stack.pins);
  const { mended, overlaid } = await import("../plan/overlay.ts");
  const { layers, pins } = overlaid(stack, preset.overlay, options.selection);
  return mended(preset.overlay.shown, () => plan(options, layers, pins));
}
