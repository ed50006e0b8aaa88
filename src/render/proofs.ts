import type { ProjectPlan } from "../plan/types.ts";
import type { RenderedProject } from "./types.ts";

/**
 * At the beginning of a line, a function or class of the name, or what is called with it as title.
 */
const defines = (name: string): RegExp => {
  const words = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const title = `(?:test|it|describe|suite)\\(\\s*(["'\`])${words}\\1`;
  return new RegExp(`^[ \\t]*(?:(?:async def|def|class)[ \\t]+${words}\\b|${title})`, "m");
};

/**
 * Law 7: what the project's controls promise and the project does not hold, one sentence each. A
 * control names a file and a test, and the test's function is in the test's file.
 */
export const unproven = (plan: ProjectPlan, project: RenderedProject): readonly string[] => {
  const files = new Map(project.files.map(({ path, content }) => [path, content]));
  return plan.controls.flatMap((control) => {
    const faults = files.has(control.file) ? [] : [`${control.file} is not in the project`];
    const missing = missingProof(control.test, (path) => {
      const content = files.get(path);
      return content === undefined ? undefined : Buffer.from(content).toString("utf8");
    });
    return [...faults, ...missing].map(
      (fault) => `The control '${control.id}' is not proven: ${fault}.`,
    );
  });
};

/** What of a test is not in the project, one clause each. */
export const missingProof = (
  test: string,
  read: (path: string) => string | undefined,
): readonly string[] => {
  const [path = "", ...names] = test.split("::");
  const text = read(path);
  if (text === undefined) return [`${path} is not in the project`];
  return names.filter((name) => !defines(name).test(text)).map((name) => `${path} has no ${name}`);
};
