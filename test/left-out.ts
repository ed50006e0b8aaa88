import type { Reporter, TestModule } from "vitest/node";

/** Says at the end which tests were left out, and why. */
export class LeftOut implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) =>
      [...module.children.allTests("skipped")].map((test) => {
        const result = test.result();
        const note = result.state === "skipped" ? result.note : undefined;
        return `  ${test.fullName}${note === undefined ? "" : ` (${note})`}`;
      }),
    );
    if (lines.length > 0) process.stdout.write(`\nLeft out:\n${lines.join("\n")}\n`);
  }
}
