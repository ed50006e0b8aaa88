import { basename, join, relative, sep } from "node:path";
import type { InputOutputAdapter } from "@yeoman/types";
import { clearFileState, isFilePending } from "mem-fs-editor/state";
import Generator, { type BaseOptions, type Storage } from "yeoman-generator";
import { UserError } from "../../src/errors.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import type { Answers } from "../../src/options/types.ts";
import { packageRoot } from "../../src/package-root.ts";
import type { Outcome } from "../../src/project/outcome.ts";
import { writeFiles } from "../../src/system/files.ts";
import { type Decided, decide, nameJudge, offeredIn } from "./decide.ts";
import { finish, outline } from "./finish.ts";
import { writtenLine } from "./goodbye.ts";
import { findPlace, requireAnswers, withName } from "./place.ts";
import { makesNothing, type Request } from "./request.ts";

export type GeneratorOptions = BaseOptions & {
  readonly request: Request;
  readonly onOutcome?: (outcome: Outcome) => void;
};

/** Asks, plans, writes, installs and says goodbye. */
export default class App extends Generator<Record<string, never>, GeneratorOptions> {
  #given: Answers = {};
  #decided: Decided | undefined;
  readonly #written = new Set<string>();
  #outcome: Outcome | undefined;

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

  /** Yeoman would look for both in a package.json above this file, to name what it never stores. */
  override rootGeneratorName(): string {
    return "create-secure-api";
  }

  override rootGeneratorVersion(): string {
    return "0";
  }

  async initializing(): Promise<void> {
    const { request } = this.options;
    this.#given = withName(request);
    const { name } = parseAnswers(this.#given, offeredIn(request));
    if (this.#given.name !== undefined) {
      findPlace(request, name);
      const { fault: faultOf } = await nameJudge(request, this.#given);
      const fault = faultOf(name);
      if (fault !== undefined) throw new UserError(fault, "--name", "Choose another name.");
    }
    if (request.directory !== undefined) findPlace(request, name);
    requireAnswers(request);
  }

  async prompting(): Promise<void> {
    this.#decided = await decide(
      this.options.request,
      this.#given,
      this.env.adapter as InputOutputAdapter,
    );
  }

  writing(): void {
    const { place, project, states, replaced } = this.#known();
    if (makesNothing(this.options.request)) return;
    for (const { path, content } of project) {
      if (states.get(path) !== "new" && !replaced.has(path)) continue;
      const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
      this.fs.write(join(place.target, path), bytes);
    }
  }

  async install(): Promise<void> {
    const { request } = this.options;
    const decided = this.#known();
    this.#outcome = makesNothing(request)
      ? outline(request, decided)
      : await finish(request, decided, this.#written);
  }

  end(): void {
    if (this.#outcome !== undefined) this.options.onOutcome?.(this.#outcome);
  }

  /** The whole set is checked before a byte is written; Yeoman's own commit asks file by file. */
  #commit(): void {
    const { place, plan, project, replaced } = this.#known();
    const executable = new Set(project.filter((file) => file.executable).map(({ path }) => path));
    if (makesNothing(this.options.request)) return;
    const pending = this.env.sharedFs.all().filter(isFilePending);
    const files = pending.map(({ path, contents }) => {
      const local = relative(place.target, path).split(sep).join("/");
      const content = contents ?? Buffer.alloc(0);
      return { path: local, content, executable: executable.has(local) };
    });
    if (files.length > 0) writeFiles(place.target, files, place.shown, replaced);
    for (const file of pending) clearFileState(file);
    for (const { path } of files) this.#written.add(path);
    const { terminal } = this.options.request;
    terminal.say(writtenLine(place.shown, files.length, plan.options));
  }

  #known(): Decided {
    if (this.#decided === undefined) throw new Error("nothing is decided before prompting");
    return this.#decided;
  }
}
