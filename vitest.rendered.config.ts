import { defineConfig } from "vitest/config";
import { RenderedReporter } from "./test/rendered/reporter.ts";

export default defineConfig({
  test: {
    include: ["test/rendered/covering.test.ts"],
    reporters: [new RenderedReporter(), "verbose"],
    // Each project keeps a core busy; more of them at once would only starve each other.
    maxConcurrency: 2,
    testTimeout: 20 * 60_000,
    // Among thousands of tests, one of time may fail on a busy machine; the report says `retry x1`.
    // What fails twice is a defect.
    retry: 1,
  },
});
