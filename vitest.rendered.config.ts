import { defineConfig } from "vitest/config";
import { RenderedReporter } from "./test/rendered/reporter.ts";

export const RENDERED_TESTS = [
  "browser",
  "ci",
  "container",
  "covering",
  "document",
  "guidance",
  "kubernetes",
  "life",
  "migrations",
  "outage",
  "pooler",
  "preset",
  "prove",
  "proxy",
  "resource",
  "schema",
  "steps",
].map((name) => `test/rendered/${name}.test.ts`);

export default defineConfig({
  test: {
    include: RENDERED_TESTS,
    reporters: [new RenderedReporter(), "verbose"],
    // A project waits for a third of its time: for timeouts, databases and processes. Three at once
    // keep two cores busy; more of them would only starve each other.
    maxConcurrency: 3,
    fileParallelism: false,
    testTimeout: 25 * 60_000,
  },
});
