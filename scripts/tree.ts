import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseAnswers } from "../src/options/schema.ts";
import type { Answers } from "../src/options/types.ts";
import { type Overlay, overlaid } from "../src/plan/overlay.ts";
import { plan } from "../src/plan/plan.ts";
import { readStack } from "../src/plan/read-stack.ts";
import type { ProjectPlan } from "../src/plan/types.ts";
import { folderModeOf } from "../src/project/modes.ts";
import { render } from "../src/render/render.ts";
import type { RenderedProject } from "../src/render/types.ts";

/** Plans a project, with an organisation's layers where there are any. */
export const planOf = (answers: Answers, overlay?: Overlay): ProjectPlan => {
  const options = parseAnswers(answers);
  const stack = readStack(String(options.selection.stack));
  const { layers, pins } =
    overlay === undefined ? stack : overlaid(stack, overlay, options.selection);
  return plan(options, layers, pins);
};

/** Renders a project and writes it into a folder, without Yeoman. */
export const writeTree = (
  answers: Answers,
  target: string,
  overlay?: Overlay,
): { readonly planned: ProjectPlan; readonly project: RenderedProject } => {
  const planned = planOf(answers, overlay);
  const project = render(planned, randomBytes);
  for (const file of project.files) {
    const path = join(target, file.path);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    writeFileSync(path, file.content);
    if (file.executable) chmodSync(path, 0o755);
    const closed = folderModeOf(file.path);
    if (closed !== undefined) chmodSync(dirname(path), closed);
  }
  return { planned, project };
};
