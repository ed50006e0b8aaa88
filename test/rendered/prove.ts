import { harnessOf } from "./harness.ts";
import { expectMail, mailSettings } from "./mail.ts";
import type { Outcome } from "./outcome.ts";
import { makeProject, type Project, type Variables } from "./project.ts";
import { serversOf } from "./servers.ts";
import { type Process, startProcess, startService } from "./service.ts";
import { signIns } from "./sign-in/index.ts";
import { walk } from "./walk.ts";

/** The steps to take, for work on one of them: `RENDERED_STEPS=mypy,walk`. Absent: all. */
const STEPS = process.env.RENDERED_STEPS?.split(",");

/**
 * Renders and installs a selection, reads its code, runs its own tests, and starts and walks it.
 * @param outcome filled in on the way
 * @param measured whether the coverage of its tests is measured
 * @throws AggregateError of everything that is wrong
 */
export const prove = async (outcome: Outcome, measured: boolean): Promise<void> => {
  const begun = performance.now();
  const project = makeProject(outcome.selection);
  const { codeChecks, crash, install, installed, migrate, runTests } = harnessOf(project.selection);
  const cleanUps: (() => unknown)[] = [project.remove];
  const faults: unknown[] = [];
  const attempt = async (name: string, work: () => Promise<void>) => {
    if (STEPS !== undefined && !STEPS.includes(name)) return;
    const start = performance.now();
    await work().catch((fault) => faults.push(fault));
    outcome.steps[name] = seconds(start);
  };
  try {
    outcome.files = project.files;
    const start = performance.now();
    await install(project);
    outcome.steps.install = seconds(start);
    outcome.versions = await installed(project);

    let tests: Variables = {};
    let settings: Variables = {};
    for (const server of serversOf(project.selection)) {
      outcome.versions = { ...outcome.versions, [server.label]: await server.version(project) };
      const place = await server.open(project);
      cleanUps.unshift(place.remove);
      tests = { ...tests, ...place.tests };
      settings = { ...settings, ...place.service };
    }

    for (const [name, check] of Object.entries(codeChecks)) {
      await attempt(name, async () => void (await check(project)));
    }
    await attempt("tests", async () => {
      const run = await runTests(project, tests, measured);
      const { passed, coverage, again } = run;
      outcome.tests = passed;
      outcome.again = again;
      if (coverage !== undefined) outcome.coverage = coverage;
    });
    await attempt("walk", async () => {
      await migrate(project, settings);
      await startAndWalk(project, settings, crash);
    });
  } finally {
    for (const cleanUp of cleanUps) await cleanUp();
    outcome.seconds = seconds(begun);
  }
  if (faults.length > 0) throw new AggregateError(faults, faults.map(messageOf).join("\n\n"));
  outcome.result = "passed";
};

/** Starts the service, and the worker where jobs are done by one; both must end well. */
const startAndWalk = async (project: Project, own: Variables, crash: RegExp): Promise<void> => {
  const openSignIn = signIns[String(project.selection.auth)];
  if (openSignIn === undefined) throw new Error(`no sign-in for auth=${project.selection.auth}`);
  const signIn = await openSignIn(project);
  const settings = { ...own, ...mailSettings(project), ...signIn.settings };
  const processes: Process[] = [];
  try {
    const service = await startService(project, settings);
    processes.push(service);
    const hasWorker = !["in-process", undefined].includes(project.selection.jobs?.toString());
    if (hasWorker) processes.push(startProcess(project, "work", settings));
    await walk(service, await signIn.callers(service));
    await expectMail(project, service);
    for (const process of processes) {
      const exitCode = await process.stop();
      if (exitCode !== 0) throw new Error(`SIGTERM: exit ${exitCode}`);
      if (crash.test(process.output())) throw new Error("an error was logged");
    }
  } catch (fault) {
    const outputs = processes.map((process) => process.output());
    throw new Error([messageOf(fault), ...outputs].join("\n\n"), { cause: fault });
  } finally {
    for (const process of processes) await process.stop();
    await signIn.close();
  }
};

const messageOf = (fault: unknown): string => (fault instanceof Error ? fault.message : `${fault}`);

const seconds = (since: number): number => Math.round((performance.now() - since) / 100) / 10;
