import { randomBytes } from "node:crypto";
import type { ProjectOptions } from "../options/types.ts";
import type { Extended } from "../plan/overlay.ts";
import { plan } from "../plan/plan.ts";
import type { ProjectPlan } from "../plan/types.ts";
import type { Preset } from "../project/preset.ts";
import { render } from "../render/render.ts";
import type { RenderedProject } from "../render/types.ts";
import { loadStack } from "./stacks.ts";

type Made = { readonly planned: ProjectPlan; readonly project: RenderedProject };

/**
 * A project in memory, with the layers of a preset over ours.
 * @param root the folder of the package; absent: this one
 */
export async function renderProject(
  options: ProjectOptions,
  { preset, root }: { readonly preset?: Preset | undefined; readonly root?: string | undefined },
): Promise<Made> {
  const { selection } = options;
  const stack = await loadStack(String(selection.stack), root);
  const make = ({ layers, pins }: Extended): Made => {
    const planned = plan(options, layers, pins);
    return { planned, project: render(planned, randomBytes) };
  };
  if (preset === undefined) return make(stack);
  const { mended, overlaid } = await import("../plan/overlay.ts");
  const extended = overlaid(stack, preset.overlay, selection);
  return mended(preset.overlay.shown, () => make(extended));
}
