import { QueuedAdapter } from "@yeoman/adapter";
import type { InputOutputAdapter } from "@yeoman/types";
import { createEnv } from "yeoman-environment";
import App, { type GeneratorOptions } from "./index.ts";
import type { Request } from "./request.ts";

const NAMESPACE = "create-secure-api:app";

/** Runs the generator. Rejects with whatever stopped it. */
export async function runGenerator(request: Request): Promise<void> {
  // What Yeoman logs of its own accord is for the authors of generators.
  const adapter = new QueuedAdapter({ log: () => undefined });
  const env = createEnv({ cwd: request.cwd, adapter: adapter as InputOutputAdapter });
  env.register(App, { namespace: NAMESPACE, resolved: import.meta.filename });
  const options: Partial<GeneratorOptions> = { request };
  await env.run(NAMESPACE, options);
}
