import { QueuedAdapter, TerminalAdapter } from "@yeoman/adapter";
import type { InputOutputAdapter } from "@yeoman/types";
import { createPromptModule } from "inquirer";
import { createEnv } from "yeoman-environment";
import type { Outcome } from "../../src/project/outcome.ts";
import App, { type GeneratorOptions } from "./index.ts";
import { select } from "./prompts/select.ts";
import { text } from "./prompts/text.ts";
import type { Request } from "./request.ts";

type PromptModule = ConstructorParameters<typeof TerminalAdapter>[0] extends infer Options
  ? NonNullable<Options> extends { promptModule?: infer Module }
    ? NonNullable<Module>
    : never
  : never;

const NAMESPACE = "create-secure-api:app";

/** Runs the generator. Rejects with whatever stopped it. */
export async function runGenerator(request: Request): Promise<Outcome> {
  const promptModule = createPromptModule({ clearPromptOnDone: true });
  promptModule.registerPrompt("select", select);
  promptModule.registerPrompt("input", text);
  // What Yeoman logs of its own accord is for the authors of generators.
  const terminal = new TerminalAdapter({
    promptModule: promptModule as PromptModule,
    log: () => undefined,
  });
  const adapter = new QueuedAdapter({ adapter: terminal });
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
