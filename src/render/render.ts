import type { PlannedFile, ProjectPlan } from "../plan/types.ts";
import { fileContext, sharedContext, type Uses } from "./context.ts";
import { pathFault } from "./paths.ts";
import { compileTemplate } from "./template.ts";
import type { RandomBytes, RenderedFile, RenderedProject } from "./types.ts";

/**
 * Writes every file of a plan, in memory.
 * @param random supplies the bytes of the development secrets
 * @throws Error that names the template when a tag is wrong, or the layer when something that it
 *   contributes is used by no template
 */
export const render = (plan: ProjectPlan, random: RandomBytes): RenderedProject => {
  const uses: Uses = { slots: new Set(), parts: new Set() };
  const shared = sharedContext(plan, random, uses);
  const files = [...plan.files]
    .map(([path, file]) => renderFile(path, file, () => fileContext(shared, plan, path, uses)))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
  checkUses(plan, uses);
  return { files };
};

/**
 * Writes single files of a plan, when they are asked for.
 * @returns undefined for a path that the plan does not have
 */
export const rendererOf = (
  plan: ProjectPlan,
  random: RandomBytes,
): ((path: string) => RenderedFile | undefined) => {
  const uses: Uses = { slots: new Set(), parts: new Set() };
  let shared: ReturnType<typeof sharedContext> | undefined;
  return (path) => {
    const file = plan.files.get(path);
    if (file === undefined) return undefined;
    return renderFile(path, file, () => {
      shared ??= sharedContext(plan, random, uses);
      return fileContext(shared, plan, path, uses);
    });
  };
};

const renderFile = (path: string, file: PlannedFile, context: () => object): RenderedFile => {
  const fault = pathFault(path);
  if (fault !== undefined) throw new Error(`${file.template}: '${path}' ${fault}`);
  const { content, executable } = file;
  if (!file.rendered) return { path, content, executable };
  const template = compileTemplate(Buffer.from(content).toString("utf8"), file.template);
  return { path, content: Buffer.from(template(context())), executable };
};

/** A contribution that no template prints is a mistake: its author thinks that it is there. */
const checkUses = (plan: ProjectPlan, uses: Uses): void => {
  for (const [slot, records] of plan.wiring) {
    if (records.length > 0 && !uses.slots.has(slot)) {
      throw new Error(`No template prints the wiring slot '${slot}' (${plan.layers.join(", ")}).`);
    }
  }
  for (const [path, slots] of plan.parts) {
    for (const [slot, texts] of slots) {
      if (texts.length > 0 && !uses.parts.has(`${path}/${slot}`)) {
        throw new Error(`No template prints parts/${path}/${slot}.md (${plan.layers.join(", ")}).`);
      }
    }
  }
};
