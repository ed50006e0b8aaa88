import type { Advisory } from "../../advisories/advisory.ts";
import type { Policy } from "../../options/preset.ts";
import type { ProjectRecord } from "../../project/parse-record.ts";
import { RECORD_PATH } from "../../project/record.ts";
import { compareVersions } from "../../project/versions.ts";
import type { Release } from "../releases.ts";
import { openAdvisories } from "./advisories.ts";
import { weakenedControls } from "./controls.ts";
import { driftOf } from "./drift.ts";
import { type Finding, idOf, type Verdict, verdicts } from "./finding.ts";
import type { Expected, Judged } from "./project.ts";
import { brokenPolicy, loosenedSettings, openRoutes } from "./rules.ts";
import type { OwnTree } from "./tree.ts";
import { parseWaivers, type Waiver, type Waivers, waiverOf } from "./waivers.ts";

/** What a project is checked with. */
export type CheckInput = {
  /** The running version. */
  readonly version: string;
  /** As 2027-01-31. */
  readonly today: string;
  readonly record: ProjectRecord;
  readonly tree: OwnTree;
  /** Undefined where the stack says nothing about its code. */
  readonly expected: Expected | undefined;
  /** Those that are about projects like this one. */
  readonly advisories: readonly Advisory[];
  readonly policy: Policy | undefined;
  /** The text of the project's waivers. */
  readonly waivers: string | undefined;
  /** What has changed since the record's version. */
  readonly releases?: readonly Release[];
};

/** A finding with what became of it. */
type Judgement = { readonly finding: Finding; readonly waiver: Waiver | undefined };

export type Checked = {
  readonly findings: readonly Judgement[];
  readonly waivers: Waivers;
  readonly releases: readonly Release[];
  /** What is to be known besides, one sentence each. */
  readonly notes: readonly string[];
};

/** Judges a project. */
export const checkProject = (input: CheckInput): Checked => {
  const { record, tree, expected, policy, version } = input;
  const isCurrent = record.version === version;
  const drift = driftOf(
    record,
    tree,
    expected?.rendered ?? (() => undefined),
    expected?.code.example ?? [],
  );
  const judged: Judged | undefined =
    expected === undefined ? undefined : { ...expected, record, tree, drift, isCurrent };
  const waivers = parseWaivers(input.waivers, input.today, policy?.unwaivable);
  const found: readonly Finding[] = [
    ...outdated(record, version),
    ...drift.edited.map(editedFinding),
    ...drift.missing.map(missingFinding),
    ...(judged === undefined
      ? []
      : [...weakenedControls(judged), ...loosenedSettings(judged), ...openRoutes(judged)]),
    ...(policy === undefined ? [] : brokenPolicy(record.options, policy, RECORD_PATH, judged)),
    ...(expected === undefined
      ? []
      : openAdvisories(input.advisories, tree, drift, expected.reader)),
  ];
  const findings = found.map((finding) => ({ finding, waiver: waiverOf(finding, waivers) }));
  const { releases = [] } = input;
  return { findings, waivers, releases, notes: notesOf(input, isCurrent, waivers, findings) };
};

const outdated = (record: ProjectRecord, version: string): readonly Finding[] => {
  if (compareVersions(record.version, version) >= 0) return [];
  return [
    {
      verdict: "outdated",
      rule: "outdated/version",
      of: record.version,
      path: RECORD_PATH,
      what: `It was rendered by create-secure-api ${record.version}; this is ${version}.`,
      fix: "Run create-secure-api update --dry-run to see what lies between.",
    },
  ];
};

const editedFinding = (path: string): Finding => ({
  verdict: "edited",
  rule: "edited/file",
  of: path,
  path,
  what: "It differs from what was rendered.",
  fix: "Nothing is wrong with that; an update merges it.",
});

const missingFinding = (path: string): Finding => ({
  verdict: "missing",
  rule: "missing/file",
  of: path,
  path,
  what: "It was rendered, and is gone.",
  fix: "Restore it, or waive it.",
});

const notesOf = (
  { record, policy, version }: CheckInput,
  isCurrent: boolean,
  waivers: Waivers,
  findings: readonly Judgement[],
): readonly string[] => {
  const used = new Set(findings.map(({ finding }) => idOf(finding)));
  const idle = waivers.valid.filter(({ of }) => !used.has(of));
  const made = record.preset;
  const mismatch =
    policy !== undefined &&
    made !== undefined &&
    (made.name !== policy.name || made.version !== policy.version);
  return [
    ...(isCurrent || !findings.some(({ finding }) => finding.verdict === "edited")
      ? []
      : [
          `Edited files were compared with ${version} only where both versions agree; npx create-secure-api@${record.version} check judges the rest.`,
        ]),
    ...(made !== undefined && policy === undefined
      ? [`The policy of ${made.name} ${made.version} was not checked: add --preset.`]
      : []),
    ...(mismatch
      ? [
          `It was made with ${made.name} ${made.version}, and is checked with ${policy.name} ${policy.version}.`,
        ]
      : []),
    ...waivers.faults,
    ...idle.map(({ id, of }) => `The waiver ${id} of ${of} is not needed any more.`),
  ];
};

/** Which verdicts count for the exit code. */
export type Counted = Readonly<Record<Verdict, boolean>>;

/** The exit code: a bit for each verdict that counts and has a finding that is not waived. */
export const bitsOf = ({ findings }: Checked, counted: Counted): number =>
  verdicts.reduce((code, { id, bit }) => {
    const isFound = findings.some(
      ({ finding, waiver }) => finding.verdict === id && waiver === undefined,
    );
    return counted[id] && isFound ? code | bit : code;
  }, 0);
