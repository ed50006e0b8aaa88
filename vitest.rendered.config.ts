import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { RenderedReporter } from "./test/rendered/reporter.ts";

/** Longest first: what begins last should not be what the others wait for. */
export const RENDERED_TESTS = [
  "covering.sqlalchemy",
  "covering.tortoise",
  "covering.drizzle",
  "covering.mikro-orm",
  "life",
  "document",
  "resource",
  "preset",
  "prove",
  "browser",
  "ci",
  "guidance",
  "schema",
  "migrations",
  "outage",
  "container",
  "steps",
  "proxy",
  "pooler",
  "kubernetes",
].map((name) => `test/rendered/${name}.test.ts`);

class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      RENDERED_TESTS.findIndex((file) => moduleId.endsWith(file));
    return files.toSorted((left, right) => place(left) - place(right));
  }
}

export default defineConfig({
  test: {
    include: RENDERED_TESTS,
    reporters: [new RenderedReporter(), "verbose"],
    // What tests of several files need is installed once, before any of them.
    globalSetup: "test/rendered/setup.ts",
    // A project waits for a third of its time: for timeouts, databases and processes. Four at once
    // keep two cores busy; more of them would only starve each other.
    maxWorkers: 2,
    maxConcurrency: 2,
    sequence: { sequencer: InOrder },
    testTimeout: 60 * 60_000,
  },
});
