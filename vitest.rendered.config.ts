import { defineConfig } from "vitest/config";
import { RenderedReporter } from "./test/rendered/reporter.ts";

export const RENDERED_TESTS = [
  "browser",
  "container",
  "covering",
  "document",
  "kubernetes",
  "pooler",
  "preset",
  "proxy",
  "resource",
  "schema",
  "steps",
].map((name) => `test/rendered/${name}.test.ts`);

export default defineConfig({
  test: {
    include: RENDERED_TESTS,
    reporters: [new RenderedReporter(), "verbose"],
    // Each project keeps a core busy; more of them at once would only starve each other.
    maxConcurrency: 2,
    fileParallelism: false,
    testTimeout: 20 * 60_000,
  },
});
