import { afterAll, beforeAll, expect, test } from "vitest";
import { install, missingPython, runTests } from "./fastapi.ts";
import { makeProject, type Project } from "./project.ts";

let project: Project;
beforeAll(() => {
  project = makeProject({});
});
afterAll(() => project.remove());

test("a project of the defaults passes its own tests", { timeout: 15 * 60_000 }, async ({
  skip,
}) => {
  const missing = await missingPython();
  skip(missing !== undefined, `${missing} to install it with`);
  await install(project);
  const { passed } = await runTests(project, {});
  expect(passed).toBeGreaterThan(100);
});
