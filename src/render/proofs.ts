import type { ProjectPlan } from "../plan/types.ts";
import type { RenderedProject } from "./types.ts";

/** A function or class of the name, at the beginning of a line. */
const DEFINES = (name: string): RegExp =>
  new RegExp(`^[ \\t]*(?:async def|def|class|test\\()[ \\t]*["']?${name}\\b`, "m");

/**
 * Law 7: what the project's controls promise and the project does not hold, one sentence each. A
 * control names a file and a test, and the test's function is in the test's file.
 */
export const unproven = (plan: ProjectPlan, project: RenderedProject): readonly string[] => {
  const files = new Map(project.files.map(({ path, content }) => [path, content]));
  return plan.controls.flatMap((control) => {
    const [path = "", ...names] = control.test.split("::");
    const content = files.get(path);
    const test = content === undefined ? undefined : Buffer.from(content).toString("utf8");
    const faults: string[] = [];
    if (!files.has(control.file)) faults.push(`${control.file} is not in the project`);
    if (test === undefined) faults.push(`${path} is not in the project`);
    for (const name of test === undefined ? [] : names) {
      if (!DEFINES(name).test(test ?? "")) faults.push(`${path} has no ${name}`);
    }
    return faults.map((fault) => `The control '${control.id}' is not proven: ${fault}.`);
  });
};
