import { randomBytes } from "node:crypto";
import { basename, join, relative, sep } from "node:path";
import { clearFileState, isFilePending } from "mem-fs-editor/state";
import Generator, { type BaseOptions, type Storage } from "yeoman-generator";
import { catalogue } from "../../src/options/catalogue.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import type { Answers } from "../../src/options/types.ts";
import { packageRoot } from "../../src/package-root.ts";
import { plan } from "../../src/plan/plan.ts";
import { readStack } from "../../src/plan/read-stack.ts";
import type { ProjectPlan } from "../../src/plan/types.ts";
import { againCommand } from "../../src/project/command.ts";
import { projectRecord, recordFile } from "../../src/project/record.ts";
import type { ChosenWay } from "../../src/project/toolchain.ts";
import { render } from "../../src/render/render.ts";
import { askOptions, askSteps, type Steps } from "./ask.ts";
import { commitProject } from "./commit.ts";
import { type FirstCommit, type GitState, gitState, makeRepository } from "./git.ts";
import { sayGoodbye, writtenLine } from "./goodbye.ts";
import { findWay, type Installation, install } from "./install.ts";
import { findPlace, type Place, requireAnswers, withName } from "./place.ts";
import type { Request } from "./request.ts";

export type GeneratorOptions = BaseOptions & { readonly request: Request };

/** What is known once every question is answered. */
type Decided = {
  readonly place: Place;
  readonly plan: ProjectPlan;
  readonly way: ChosenWay;
  readonly git: GitState;
  readonly steps: Steps;
};

/** Asks, plans, writes, installs and says goodbye. */
export default class App extends Generator<Record<string, never>, GeneratorOptions> {
  #given: Answers = {};
  #decided: Decided | undefined;
  #executable: ReadonlySet<string> = new Set();
  #installation: Installation | undefined;
  #firstCommit: FirstCommit | undefined;

  constructor(args?: string[], options?: GeneratorOptions) {
    super(args, options, {
      disableInGeneratorOptionsSupport: true,
      tasksMatchingPriority: true,
      customInstallTask: true,
      customCommitTask: () => this.#commit(),
    });
  }

  /** Yeoman would read answers out of files of the user's that may be anything: it finds none. */
  override createStorage<Stored extends Record<string, unknown>>(path: string): Storage<Stored> {
    return super.createStorage<Stored>(join(packageRoot(), "no-answers", basename(path)));
  }

  initializing(): void {
    const { request } = this.options;
    this.#given = withName(request);
    const { name } = parseAnswers(this.#given);
    if (this.#given.name !== undefined) findPlace(request, name);
    requireAnswers(request);
  }

  async prompting(): Promise<void> {
    const { request } = this.options;
    const { adapter } = this.env;
    const options = parseAnswers(
      request.yes ? this.#given : await askOptions(adapter, this.#given, request),
    );
    const place = findPlace(request, options.name);
    const stack = readStack(options.selection.stack ?? "", catalogue, request.root);
    const way = await findWay(stack.toolchain);
    const git = await gitState(place.target);
    const possible = { install: way.ready, git: git === "ready" };
    const steps = await askSteps(adapter, request, possible);
    this.#decided = { place, plan: plan(options, stack.layers, stack.pins), way, git, steps };
  }

  writing(): void {
    const { place, plan } = this.#known();
    const project = render(plan, randomBytes);
    const record = projectRecord(this.options.request.version, plan.options, project);
    const files = [...project.files, recordFile(record)];
    this.#executable = new Set(files.filter((file) => file.executable).map(({ path }) => path));
    for (const { path, content } of files) {
      this.fs.write(join(place.target, path), Buffer.from(content));
    }
  }

  async install(): Promise<void> {
    const { git, place, plan, steps, way } = this.#known();
    const { terminal, version } = this.options.request;
    if (way.note !== undefined) terminal.line(way.note);
    if (steps.install && way.ready) {
      this.#installation = await install(way, place.target, terminal);
    }
    if (!steps.git || git !== "ready") return;
    const message = `Create ${plan.options.name} with create-secure-api ${version}`;
    this.#firstCommit = await makeRepository(place.target, message);
  }

  end(): void {
    const { git, place, plan, steps, way } = this.#known();
    const { program, terminal } = this.options.request;
    const run = { program, directory: place.shown, ...steps };
    sayGoodbye(terminal, {
      directory: place.shown,
      installation: this.#installation ?? { remaining: way.install },
      git: this.#firstCommit ?? (steps.git ? git : "declined"),
      next: way.next,
      again: againCommand(plan.options, run),
    });
  }

  /** The whole set is checked before a byte is written; Yeoman's own commit asks file by file. */
  #commit(): void {
    const { place, plan } = this.#known();
    const pending = this.env.sharedFs.all().filter(isFilePending);
    const files = pending.map(({ path, contents }) => {
      const local = relative(place.target, path).split(sep).join("/");
      const content = contents ?? Buffer.alloc(0);
      return { path: local, content, executable: this.#executable.has(local) };
    });
    commitProject(place.target, files, place.shown);
    for (const file of pending) clearFileState(file);
    const { onWritten, terminal } = this.options.request;
    onWritten?.(place.target);
    terminal.line(writtenLine(place.shown, files.length, plan.labels));
  }

  #known(): Decided {
    if (this.#decided === undefined) throw new Error("nothing is decided before prompting");
    return this.#decided;
  }
}
