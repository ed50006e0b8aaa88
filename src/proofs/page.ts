import { md as printers } from "../render/printers/md.ts";
import { ASVS } from "../standards/asvs.ts";
import { type Evidence, type EvidencedControl, type State, stateOf } from "./evidence.ts";

const WORDS: Readonly<Record<State, string>> = {
  proven: "Proven",
  partly: "Proven in part",
  weak: "**Not proven**",
  open: "**Not judged**",
};

const inline = (text: string): string => printers(text).text;
const cell = (text: string): string => printers.cell(text).text;
const code = (text: string): string => printers.codeCell(text).text;
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const table = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] => [row(head), row(head.map(() => "---")), ...rows.map(row)];

/** `security-evidence.md`: the evidence as a page for people. */
export const evidencePage = (evidence: Evidence): string => {
  const { controls } = evidence;
  const open = controls.filter((control) => stateOf(control) !== "proven");
  return [
    `# Security evidence of ${inline(evidence.project)}`,
    "",
    ...table(["", ""], factsOf(evidence)),
    "",
    "Each control was switched off or loosened in a copy of the service, in several ways: by small",
    "edits, the mutants. A mutant is killed when the test that claims the control fails with it. A",
    "control is proven when its test passes without an edit and kills all of them.",
    "",
    "## What is not proven",
    "",
    ...(open.length === 0 ? ["Nothing: every control here is proven."] : open.flatMap(findings)),
    "",
    "## Controls",
    "",
    ...table(
      ["Control", "ASVS 5.0", "API Top 10 2023", "CWE", "Test", "Test run", "Killed", "State"],
      controls.map(controlRow),
    ),
    "",
    "## Requirements of ASVS 5.0",
    "",
    "Those that a control answers; docs/asvs.md has all of levels 1 and 2.",
    "",
    ...table(["Requirement", "Level", "What it asks", "Controls"], requirementRows(controls)),
    "",
  ].join("\n");
};

const factsOf = (evidence: Evidence): readonly (readonly string[])[] => {
  const { commit, dirty, time, tests, scope, controls, options, versions } = evidence;
  const states = controls.map(stateOf);
  const mutants = controls.flatMap((control) => control.mutants);
  const killed = mutants.filter(({ result }) => result === "killed").length;
  const proven = states.filter((state) => state === "proven").length;
  const at = commit === null ? "no repository" : `${code(commit)}${dirty ? ", with changes" : ""}`;
  return [
    ["Commit", at],
    ["Time", cell(time)],
    [
      "Controls",
      `${proven} of ${controls.length} proven${scope === "all" ? "" : " (a selection)"}`,
    ],
    ["Mutants", `${killed} of ${mutants.length} killed`],
    [
      "Tests",
      tests === null
        ? "no report of the whole run"
        : `${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`,
    ],
    ["Options", pairs(options)],
    ["Versions", pairs(versions)],
  ];
};

const pairs = (entries: Readonly<Record<string, string | readonly string[]>>): string =>
  Object.entries(entries)
    .map(([name, value]) => cell(`${name} ${[value].flat().join(", ") || "none"}`))
    .join("; ");

const killedOf = ({ mutants }: EvidencedControl): string =>
  `${mutants.filter(({ result }) => result === "killed").length} of ${mutants.length}`;

const controlRow = (control: EvidencedControl): readonly string[] => [
  cell(control.title),
  ...[control.asvs, control.apiTop10, control.cwe].map((ids) => cell(ids.join(", "))),
  code(control.test),
  control.proof,
  killedOf(control),
  WORDS[stateOf(control)],
];

const findings = (control: EvidencedControl): readonly string[] => {
  const { id, title, proof, test, mutants } = control;
  const rest = mutants.filter(({ result }) => result !== "killed");
  return [
    `- ${inline(title)} (${code(id)}): test ${proof}, ${killedOf(control)} killed`,
    ...(mutants.length === 0 ? [`  - no mutant was applied; its test is ${code(test)}`] : []),
    ...rest.map(
      ({ id: mutant, result, file, line, why }) =>
        `  - ${code(mutant)} ${result} at ${code(line === null ? file : `${file}:${line}`)}${why === null ? "" : `: ${inline(why)}`}`,
    ),
  ];
};

const requirementRows = (controls: readonly EvidencedControl[]): readonly (readonly string[])[] => {
  const ids = Object.keys(ASVS).filter((id) => controls.some(({ asvs }) => asvs.includes(id)));
  return ids.map((id) => {
    const { level, asks = "" } = ASVS[id] ?? { level: 3 };
    const own = controls.filter(({ asvs }) => asvs.includes(id));
    const told = own.map((control) => `${cell(control.title)}: ${WORDS[stateOf(control)]}`);
    return [id, String(level), cell(asks), told.join("<br>")];
  });
};
