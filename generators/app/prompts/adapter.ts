import { TerminalAdapter } from "@yeoman/adapter";
import type { InputOutputAdapter } from "@yeoman/types";
import { createPromptModule } from "inquirer";
import { checkbox } from "./checkbox.ts";
import { select } from "./select.ts";
import { text } from "./text.ts";

type PromptModule = ConstructorParameters<typeof TerminalAdapter>[0] extends infer Options
  ? NonNullable<Options> extends { promptModule?: infer Module }
    ? NonNullable<Module>
    : never
  : never;

/** Asks in the terminal, with prompts of our own. */
export function terminalAdapter(): InputOutputAdapter {
  const promptModule = createPromptModule({ clearPromptOnDone: true });
  promptModule.registerPrompt("select", select);
  promptModule.registerPrompt("checkbox", checkbox);
  promptModule.registerPrompt("input", text);
  // What Yeoman logs of its own accord is for the authors of generators.
  return new TerminalAdapter({
    promptModule: promptModule as PromptModule,
    log: () => undefined,
  }) as InputOutputAdapter;
}
