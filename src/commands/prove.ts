import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { excerpt, UserError } from "../errors.ts";
import { EXIT } from "../exit.ts";
import { type CommandArguments, refuseFlags } from "../options/command-flags.ts";
import { suggestion } from "../options/nearest.ts";
import type { Control } from "../plan/manifest.ts";
import type { Proving, Toolchain } from "../plan/toolchain.ts";
import type { ProjectPlan } from "../plan/types.ts";
import { shellCommand } from "../project/command.ts";
import {
  type Comparison,
  comparedLines,
  compareEvidence,
  evidenceOf,
  type Facts,
} from "../proofs/evidence.ts";
import { type PlannedMutant, plannedMutants } from "../proofs/mutants.ts";
import { type Proven, prove as proveMutants } from "../proofs/prove.ts";
import { countsOf, mutantJson, provenLines, provenSarif, unfitProofs } from "../proofs/report.ts";
import { missingProof } from "../render/proofs.ts";
import { changedSince, commitOf } from "../system/git/git.ts";
import { loadProofs } from "../system/proving/mutants.ts";
import { tellProgress } from "../system/proving/progress.ts";
import { openWorkers } from "../system/proving/workers.ts";
import { planWith } from "../system/rendering.ts";
import { silent, type Terminal } from "../system/terminal.ts";
import { placeInRepository } from "../system/trees.ts";
import {
  checkEvidencePlace,
  isEvidence,
  readEvidence,
  readJunit,
  writeEvidence,
} from "./evidence.ts";
import { openProject } from "./opened.ts";
import { checkSarifPlace, writeSarif } from "./report.ts";
import { type Surroundings, start } from "./surroundings.ts";

/** Flags about a run, which there is none of where evidence is compared. */
const OF_A_RUN = ["thorough", "control", "changed", "jobs", "preset", "evidence", "junit", "sarif"];

/** Time for a test, as a multiple of what it takes without an edit, and at least. */
const PATIENCE = { times: 10, seconds: 120 };

/** Switches controls off in copies of a service: their tests have to fail. Returns the exit code. */
export async function prove(given: CommandArguments, surroundings: Surroundings): Promise<number> {
  const { root, version, terminal, errors } = surroundings;
  const { cwd } = start(root, version);
  const old = given.value("compare");
  if (old !== undefined && isEvidence(given.directory, cwd)) {
    const what = "It has no meaning where evidence is compared.";
    refuseFlags(given, OF_A_RUN, what, "Leave it out.");
    const found = await readEvidence(given.directory, cwd);
    return sayCompared(compareEvidence(await readEvidence(old, cwd), found), given, terminal);
  }
  const before = old === undefined ? undefined : await readEvidence(old, cwd);
  const tests = await readJunit(given.value("junit"), cwd);
  const began = Date.now();
  const said = given.has("quiet") ? silent(errors) : given.has("json") ? errors : terminal;
  const { judged, controls, folder, facts } = await proven(given, surroundings, said);
  const { mutants } = judged;
  const evidence = evidenceOf(facts, controls, judged, tests);
  writeEvidence(evidence, given.value("evidence"), cwd);
  const sarif = given.value("sarif");
  if (sarif !== undefined) {
    const prefix = placeInRepository(folder);
    const log = provenSarif(mutants, controls, version, prefix);
    writeSarif(sarif, cwd, log);
  }
  const compared = before === undefined ? undefined : compareEvidence(before, evidence);
  const exitCode = exitCodeOf(judged, compared);
  const seconds = Math.round((Date.now() - began) / 100) / 10;
  if (given.has("json")) {
    const counts = countsOf(mutants);
    const rest = { counts, seconds, ...compared, mutants: mutants.map(mutantJson) };
    const head = { ok: exitCode === EXIT.done, exitCode, directory: folder, version };
    terminal.line(JSON.stringify({ ...head, ...rest }));
  } else if (!given.has("quiet") || exitCode !== EXIT.done) {
    for (const line of provenLines(judged, seconds)) terminal.line(line);
    for (const line of comparedLines(compared)) terminal.line(line);
  }
  return exitCode;
}

const exitCodeOf = ({ mutants, proofs }: Proven, compared: Comparison | undefined): number => {
  const counts = countsOf(mutants);
  if (counts.survived > 0 || (compared?.weaker.length ?? 0) > 0) return EXIT.survived;
  return counts.unproven + unfitProofs(proofs).length > 0 ? EXIT.unfinished : EXIT.done;
};

const sayCompared = (compared: Comparison, given: CommandArguments, terminal: Terminal): number => {
  const exitCode = compared.weaker.length > 0 ? EXIT.survived : EXIT.done;
  if (given.has("json")) {
    terminal.line(JSON.stringify({ ok: exitCode === EXIT.done, exitCode, ...compared }));
  } else if (!given.has("quiet") || exitCode !== EXIT.done) {
    for (const line of comparedLines(compared)) terminal.line(line);
  }
  return exitCode;
};

/** What was proven in minutes is not to be lost for want of a place. */
function checkPlaces(given: CommandArguments, cwd: string): void {
  const evidence = given.value("evidence");
  if (evidence !== undefined) checkEvidencePlace(evidence, cwd);
  const sarif = given.value("sarif");
  if (sarif !== undefined) checkSarifPlace(sarif, cwd);
}

/** Finds the project, and proves what was asked for. */
async function proven(
  given: CommandArguments,
  { root, version }: Surroundings,
  said: Terminal,
): Promise<{
  readonly folder: string;
  readonly controls: readonly Control[];
  readonly judged: Proven;
  readonly facts: Facts;
}> {
  const jobs = jobsOf(given.value("jobs"));
  const { cwd, shown, folder, record, preset, options, stack } = await openProject(given, {
    root,
    version,
  });
  const planned = await planWith(options, stack, preset);
  const proving = provingOf(stack.toolchain, folder, shown);
  const { mutants, worker } = loadProofs(String(options.selection.stack), root);
  const controls = await wantedOf(given, planned, plannedMutants(planned, mutants), folder);
  const wanted = plannedMutants({ ...planned, controls }, mutants);
  const tests = controls.map(({ test }) => test);
  checkPlaces(given, cwd);
  const workers = await openWorkers(folder, proving, worker, jobs);
  try {
    const judged = await proveMutants(wanted, tests, {
      read: (path) => textAt(folder, path),
      hasTest: (test) => missingProof(test, (path) => textAt(folder, path)).length === 0,
      run: workers.run,
      thorough: given.has("thorough"),
      patience: PATIENCE,
      onProgress: tellProgress(said),
    });
    checkAnyPassed(judged, shown);
    const packages = planned.dependencies.runtime?.map((dependency) => dependency.name) ?? [];
    const isPart = (given.value("control") ?? given.value("changed")) !== undefined;
    const facts: Facts = {
      project: options.name,
      options: options.selection,
      ...(await commitOf(folder)),
      time: new Date().toISOString(),
      versions: {
        "create-secure-api": version,
        "rendered by": record.version,
        ...(given.value("evidence") === undefined ? {} : await workers.versions(packages)),
      },
      scope: isPart ? "some" : "all",
    };
    return { folder, controls, judged, facts };
  } finally {
    workers.close();
  }
}

const proveError = (what: string, where: string, fix: string, cause?: unknown): UserError =>
  new UserError(what, where, fix, { code: "proof", cause });

const jobsOf = (given: string | undefined): number => {
  // Tests wait, for timeouts and disks.
  if (given === undefined) return availableParallelism() + 1;
  if (/^[1-9]\d?$/.test(given)) return Number(given);
  throw proveError(
    `'${excerpt(given)}' is no number from 1 to 99.`,
    "--jobs",
    "Give such a number.",
  );
};

/** How its tests are run, once it is installed. */
const provingOf = ({ proving, ways }: Toolchain, folder: string, shown: string): Proving => {
  const where = excerpt(shown);
  if (proving === undefined) {
    throw proveError("The controls of its stack cannot be proven.", where, "Run its tests.");
  }
  const [program = ""] = proving.program;
  const needed = [...(program.includes("/") ? [program] : []), ...(proving.linked ?? [])];
  if (needed.every((path) => existsSync(join(folder, path)))) return proving;
  const install = ways[0]?.install.map(shellCommand).join(" && ") ?? "";
  throw proveError("The project is not installed.", where, `Run there: ${install}`);
};

/** The controls that were asked for. */
async function wantedOf(
  given: CommandArguments,
  { controls }: ProjectPlan,
  mutants: readonly PlannedMutant[],
  folder: string,
): Promise<readonly Control[]> {
  const named = given.value("control")?.split(",");
  const known = controls.map(({ id }) => id);
  for (const id of named ?? []) {
    if (known.includes(id)) continue;
    const what = `The project has no control '${excerpt(id)}'.`;
    throw proveError(what, "--control", suggestion(id, known));
  }
  const chosen = controls.filter(({ id }) => named?.includes(id) ?? true);
  const branch = given.value("changed");
  if (branch === undefined) return chosen;
  const changed = await changedSince(folder, branch);
  if (changed === undefined) {
    const what = `git cannot compare with '${excerpt(branch)}'.`;
    throw proveError(what, "--changed", "Name a branch that is there: git fetch brings one.");
  }
  const touched = new Set(
    [...controls.map(({ id, ...control }) => ({ ...control, control: id })), ...mutants]
      .filter(({ file, test }) => changed.has(file) || changed.has(test.split("::", 1)[0] ?? test))
      .map(({ control }) => control),
  );
  return chosen.filter(({ id }) => touched.has(id));
}

function textAt(folder: string, path: string): string | undefined {
  const place = join(folder, path);
  return existsSync(place) ? readFileSync(place, "utf8") : undefined;
}

/** Where no test passes, none of them says anything of the service. */
const checkAnyPassed = ({ proofs }: Proven, shown: string): void => {
  const ran = proofs.filter(({ ended }) => ended.outcome !== "missing");
  const [first] = ran;
  if (first === undefined || ran.some(({ ended }) => ended.outcome !== "error")) return;
  const said = first.ended.message ?? "they ended without a word";
  const fix = "Run the tests of the project first: the README says what they need.";
  throw proveError(`Its tests cannot run (${excerpt(said, 300)}).`, excerpt(shown), fix);
};
