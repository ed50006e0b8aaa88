import type { Advisory } from "../advisories/advisory.ts";
import { excerpt } from "../errors.ts";
import { bitsOf, type Checked, type Counted } from "../life/check/check.ts";
import { type Finding, idOf, verdicts } from "../life/check/finding.ts";
import type { Release } from "../life/releases.ts";
import type { ProjectRecord } from "./parse-record.ts";
import type { SarifResult, SarifRule } from "./sarif.ts";
import { sarifLog } from "./sarif.ts";

/** Whether a project keeps the policy of a preset: only a run that has the preset can say so. */
export type PolicyState = "checked" | "not-checked" | "none";

/** The one object that a program reads. */
export const checkedJson = (
  checked: Checked,
  counted: Counted,
  facts: {
    readonly directory: string;
    readonly version: string;
    readonly record: ProjectRecord;
    readonly policy: PolicyState;
  },
): object => {
  const exitCode = bitsOf(checked, counted);
  const { record, ...said } = facts;
  return {
    ok: exitCode === 0,
    exitCode,
    ...said,
    record: { version: record.version, preset: record.preset ?? null },
    counted: verdicts.flatMap(({ id }) => (counted[id] ? [id] : [])),
    ...Object.fromEntries(
      verdicts.map(({ id }) => [
        id,
        checked.findings
          .filter(({ finding }) => finding.verdict === id)
          .map(({ finding, waiver }) => ({
            id: idOf(finding),
            rule: finding.rule,
            path: finding.path,
            line: finding.line ?? null,
            message: messageOf(finding),
            hint: finding.fix,
            waiver: waiver ?? null,
          })),
      ]),
    ),
    releases: checked.releases,
    notes: checked.notes,
  };
};

const messageOf = ({ what, detail }: Finding): string =>
  detail === undefined ? what : `${what} ${detail}`;

const RULES: Readonly<Record<string, Omit<SarifRule, "id">>> = {
  "outdated/version": {
    title: "Rendered by an older version",
    description: "A later version of create-secure-api has fixes that the project does not have.",
    help: "Run create-secure-api update --dry-run.",
  },
  "edited/file": {
    title: "Edited file",
    description: "The file differs from what was rendered.",
    help: "Nothing is wrong with that; an update merges it.",
  },
  "missing/file": {
    title: "Missing file",
    description: "The file was rendered, and is gone.",
    help: "Restore the file, or waive it in security-waivers.json.",
  },
  "weakened/control-gone": {
    title: "A control is gone",
    description: "The file that holds a security control is gone or empty.",
    help: "Restore the file.",
    tags: ["CWE-693"],
  },
  "weakened/control-off": {
    title: "A control is switched off",
    description: "The code holds an edit that switches a security control off or loosens it.",
    help: "Restore what was rendered there, and run the test that proves the control.",
    tags: ["CWE-693"],
  },
  "weakened/proof-gone": {
    title: "The proof of a control is gone",
    description: "The test that fails without a security control is gone.",
    help: "Restore the test.",
    tags: ["CWE-1053"],
  },
  "weakened/proof-silent": {
    title: "The proof of a control cannot fail",
    description: "The test that fails without a security control is skipped, left out or empty.",
    help: "Restore the test, so that it is run and can fail.",
    tags: ["CWE-1053"],
  },
  "weakened/setting": {
    title: "The rule of a setting was loosened",
    description: "A setting takes values, or has a default, that it did not have when rendered.",
    help: "Restore the rule; set another value in the environment.",
    tags: ["CWE-1188"],
  },
  "weakened/policy": {
    title: "The policy of the preset is broken",
    description: "The project does not keep what its organisation has decided.",
    help: "Keep to the policy, or ask those who decide it.",
    tags: ["CWE-657"],
  },
  "weakened/route": {
    title: "A route without a permission",
    description: "A route asks its caller for no permission, or is open to everybody.",
    help: "Name the permission that the route needs.",
    tags: ["CWE-862"],
  },
};

const LEVELS = {
  outdated: "warning",
  edited: "note",
  missing: "warning",
  weakened: "error",
  advisories: "error",
} as const;

/** The findings of a check as a log of SARIF. */
export const checkedSarif = (
  { findings }: Checked,
  version: string,
  advisories: readonly Advisory[],
  prefix: string,
): object => {
  const rules = Object.entries(RULES).map(([id, rule]): SarifRule => ({ id, ...rule }));
  const known = advisories.map(
    ({ id, title, description, action, references }): SarifRule => ({
      id: `advisories/${id}`,
      title,
      description,
      help: action,
      tags: references,
    }),
  );
  const found = new Set(findings.map(({ finding }) => finding.rule));
  const results = findings.map(
    ({ finding, waiver }): SarifResult => ({
      rule: finding.rule,
      level: LEVELS[finding.verdict],
      message: `${messageOf(finding)} ${finding.fix}`,
      path: finding.path,
      line: finding.line,
      key: keyOf(finding),
      waived:
        waiver === undefined
          ? undefined
          : `${waiver.id}, ${waiver.owner}, until ${waiver.expires}: ${waiver.reason}`,
    }),
  );
  return sarifLog(
    version,
    [...rules, ...known].filter(({ id }) => found.has(id)),
    results,
    prefix,
  );
};

const keyOf = ({ of, what, verdict, rule }: Finding): readonly string[] =>
  rule === "weakened/control-off" || rule === "weakened/setting"
    ? [verdict, of, what]
    : [verdict, of];

/** The most findings of a verdict that a person is shown. */
const MOST = 20;

/** What a person reads, line by line: nothing to do is one line. */
export const checkedLines = (
  { findings, notes, releases }: Checked,
  counted: Counted,
  shown: string,
): readonly string[] => {
  const open = findings.filter(({ waiver }) => waiver === undefined);
  const waived = findings.length - open.length;
  const groups = verdicts.flatMap(({ id, title }) => {
    const own = open.filter(({ finding }) => finding.verdict === id).map(({ finding }) => finding);
    if (own.length === 0) return [];
    const head = `${title}${counted[id] ? "" : " (does not count)"}:`;
    const listed = id === "edited" || id === "missing" ? paths(own) : told(own);
    return [head, ...listed, ...(id === "outdated" ? between(releases) : [])];
  });
  const said = waived === 0 ? [] : [`Waived: ${waived} of ${findings.length} findings.`];
  const fine = open.some(({ finding }) => counted[finding.verdict])
    ? []
    : [`${excerpt(shown)}: nothing is missing, weakened or known to be at fault.`];
  return [...fine, ...groups, ...said, ...notes.map((note) => excerpt(note, 300))];
};

/** What has changed since a project was rendered, with the fixes of security one by one. */
const between = (releases: readonly Release[]): readonly string[] =>
  releases.flatMap(({ version, changes, fixes }) => [
    `  ${version}: ${changes.length} changes, ${fixes.length} fixes of security`,
    ...fixes.slice(0, MOST).map(({ text }) => `    ${excerpt(text, 200)}`),
  ]);

const paths = (findings: readonly Finding[]): readonly string[] => [
  ...findings.slice(0, MOST).map(({ path }) => `  ${excerpt(path, 120)}`),
  ...more(findings),
];

const told = (findings: readonly Finding[]): readonly string[] => [
  ...findings.slice(0, MOST).flatMap((finding) => {
    const { path, line, what, fix } = finding;
    const place = line === undefined ? path : `${path}:${line}`;
    return [
      `  ${excerpt(place, 120)}: ${excerpt(what, 400)}`,
      `    ${excerpt(fix, 300)}`,
      `    ${excerpt(idOf(finding), 200)}`,
    ];
  }),
  ...more(findings),
];

const more = (findings: readonly Finding[]): readonly string[] =>
  findings.length > MOST ? [`  and ${findings.length - MOST} more (--json lists all)`] : [];
