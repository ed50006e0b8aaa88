import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { LeftOut } from "./test/left-out.ts";
import { RENDERED_TESTS } from "./vitest.rendered.config.ts";

/** Starts what waits longest for other programs first, beside everything else. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => moduleId.includes("/test/rendered/");
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** Tests of every project there can be, which change nothing that others see. */
const MATRIX = [
  "test/laws/**/*.test.ts",
  "test/life/check-matrix.test.ts",
  "test/matrix/**/*.test.ts",
  "test/snapshots/**/*.test.ts",
];

export default defineConfig({
  test: {
    projects: [
      // One process after the other renders the matrix, and once.
      { extends: true, test: { name: "matrix", include: MATRIX, isolate: false } },
      {
        extends: true,
        test: {
          name: "rest",
          include: ["test/**/*.test.ts"],
          exclude: [...RENDERED_TESTS, ...MATRIX],
          // Loading the generator takes longer than most files.
          isolate: false,
        },
      },
    ],
    reporters: [new LeftOut(), "default"],
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Many tests start programs, a rendered project tests itself beside them, and others look at
    // every project there can be.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    restoreMocks: true,
    // A snapshot that is missing is a failure: only `vitest -u` writes one.
    update: "none",
  },
});
