import type { InputOutputAdapter } from "@yeoman/types";
import { EnvironmentBase } from "yeoman-environment";
import type { Outcome } from "../../src/project/outcome.ts";
import App, { type GeneratorOptions } from "./index.ts";
import type { Request } from "./request.ts";

const NAMESPACE = "create-secure-api:app";

/** For a run that asks nothing: what asks is not even loaded. */
const silentAdapter = (): InputOutputAdapter => {
  const controller = new AbortController();
  const log = Object.assign(() => log, { write: () => log });
  return {
    log,
    signal: controller.signal,
    // How the environment is told, and tells, that a run has failed.
    abort: (reason: unknown) => controller.abort(reason),
    close: () => controller.abort(),
    prompt: () => Promise.reject(new Error("questions cannot be asked")),
  } as unknown as InputOutputAdapter;
};

/** Runs the generator. Rejects with whatever stopped it. */
export async function runGenerator(request: Request): Promise<Outcome> {
  const adapter = request.yes
    ? silentAdapter()
    : (await import("./prompts/adapter.ts")).terminalAdapter();
  const env = new EnvironmentBase({ cwd: request.cwd, adapter });
  env.register(App, { namespace: NAMESPACE, resolved: import.meta.filename });
  let outcome: Outcome | undefined;
  const generatorOptions: Partial<GeneratorOptions> = {
    request,
    onOutcome: (reached) => {
      outcome = reached;
    },
  };
  await env.runGenerator(await env.create(NAMESPACE, { generatorOptions }));
  if (outcome === undefined) throw new Error("the generator ended without an outcome");
  return outcome;
}
