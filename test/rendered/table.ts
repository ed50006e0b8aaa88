import { written } from "../../src/options/resolve.ts";
import type { Answer } from "../../src/options/types.ts";
import type { Outcome } from "./outcome.ts";

const cells = (row: readonly string[]): string => `| ${row.join(" | ")} |`;

/** What was run, as Markdown: one row for each selection, and the versions that it ran on. */
export const table = (outcomes: readonly Outcome[]): string => {
  const options = [...new Set(outcomes.flatMap(({ selection }) => Object.keys(selection)))];
  const head = [...options, "files", "tests", "coverage", "seconds", "result"];
  const rows = outcomes.map((outcome) => [
    ...options.map((option) => shown(outcome.selection[option])),
    outcome.files?.toString() ?? "",
    outcome.tests?.toString() ?? "",
    outcome.coverage === undefined ? "" : `${outcome.coverage} %`,
    outcome.seconds?.toFixed(0) ?? "",
    [outcome.result, remarks(outcome)].filter((text) => text !== "").join(": "),
  ]);
  return [head, head.map(() => "---"), ...rows].map(cells).join("\n");
};

const shown = (answer: Answer | undefined): string => (answer === undefined ? "" : written(answer));

const remarks = ({ reason, again = [] }: Outcome): string =>
  again.length === 0 ? (reason ?? "") : `at the second try ${again.join(" and ")}`;

/** Versions of everything that the selections ran on, by name. */
export const versions = (outcomes: readonly Outcome[]): readonly string[] => {
  const found = new Map<string, Set<string>>();
  for (const [name, version] of outcomes.flatMap((outcome) => Object.entries(outcome.versions))) {
    found.set(name, (found.get(name) ?? new Set()).add(version));
  }
  return [...found]
    .map(([name, seen]) => `${name} ${[...seen].sort().join(", ")}`)
    .sort((left, right) => left.localeCompare(right, "en"));
};

/** How long each step took, over all selections, in seconds. */
export const stepSeconds = (outcomes: readonly Outcome[]): readonly string[] => {
  const total = new Map<string, number>();
  for (const [name, seconds] of outcomes.flatMap(({ steps }) => Object.entries(steps))) {
    total.set(name, (total.get(name) ?? 0) + seconds);
  }
  return [...total].map(([name, seconds]) => `${name} ${seconds.toFixed(0)}`);
};
