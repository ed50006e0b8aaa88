import { mkdirSync, writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import type {} from "./outcome.ts";
import { titleOf, wantedSelections } from "./selections.ts";
import { stepSeconds, table, versions } from "./table.ts";

const LONG_MINUTES = 5;

/**
 * Says what is run, what has run for long, and at the end what came of it; `RENDERED_TABLE` has that
 * written into docs/.
 */
export class RenderedReporter implements Reporter {
  private readonly wanted = wantedSelections(process.env.RENDERED);
  /** When the tests began that have not ended. */
  private readonly running = new Map<string, number>();

  onTestRunStart(): void {
    const { reason, selections } = this.wanted;
    process.stdout.write(`${reason}:\n${selections.map((one) => `  ${titleOf(one)}\n`).join("")}`);
    // Whoever ends a run from outside learns what it waited for.
    setInterval(() => this.sayWhatIsLong(), LONG_MINUTES * 60_000).unref();
  }

  onTestCaseReady({ fullName }: TestCase): void {
    this.running.set(fullName, performance.now());
  }

  onTestCaseResult({ fullName }: TestCase): void {
    this.running.delete(fullName);
  }

  private sayWhatIsLong(): void {
    for (const [name, begun] of this.running) {
      const minutes = Math.floor((performance.now() - begun) / 60_000);
      if (minutes >= LONG_MINUTES) process.stdout.write(`  for ${minutes} minutes: ${name}\n`);
    }
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const outcomes = modules
      .flatMap((module) => [...module.children.allTests()])
      .flatMap((test) => test.meta().outcome ?? []);
    if (outcomes.length === 0) return;
    const ranOn = `On: ${versions(outcomes).join("; ") || "nothing"}.`;
    const steps = `Seconds: ${stepSeconds(outcomes).join(", ") || "none"}.`;
    process.stdout.write(`\n${table(outcomes)}\n\n${steps}\n${ranOn}\n`);
    const { RENDERED_TABLE, RENDERED_STEPS } = process.env;
    if (RENDERED_TABLE === undefined || RENDERED_STEPS !== undefined) return;
    const text = [
      "# Combinations",
      `Each of these projects was rendered, installed, linted, type-checked, tested, migrated up, down and up, started and called: ${this.wanted.reason}. \`RENDERED_TABLE=1 npm run test:rendered\` writes this file.`,
      "Coverage is measured in a few of them, of each ORM at least one: it takes a suite more than twice as long.",
      table(outcomes),
      ranOn,
    ];
    mkdirSync("docs", { recursive: true });
    writeFileSync("docs/combinations.md", `${text.join("\n\n")}\n`);
  }
}
