import { QueuedAdapter } from "@yeoman/adapter";
import type { InputOutputAdapter } from "@yeoman/types";
import { createEnv } from "yeoman-environment";
import type { Outcome } from "../../src/project/outcome.ts";
import App, { type GeneratorOptions } from "./index.ts";
import type { Request } from "./request.ts";

const NAMESPACE = "create-secure-api:app";

/** Runs the generator. Rejects with whatever stopped it. */
export async function runGenerator(request: Request): Promise<Outcome> {
  // What Yeoman logs of its own accord is for the authors of generators.
  const adapter = new QueuedAdapter({ log: () => undefined });
  const env = createEnv({ cwd: request.cwd, adapter: adapter as InputOutputAdapter });
  env.register(App, { namespace: NAMESPACE, resolved: import.meta.filename });
  let outcome: Outcome | undefined;
  const options: Partial<GeneratorOptions> = {
    request,
    onOutcome: (reached) => {
      outcome = reached;
    },
  };
  await env.run(NAMESPACE, options);
  if (outcome === undefined) throw new Error("the generator ended without an outcome");
  return outcome;
}
