import { EXIT } from "../exit.ts";
import type { Arguments } from "../options/flags.ts";
import { jsonSchema } from "../options/json-schema.ts";
import { namedPreset } from "./preset.ts";
import { type Surroundings, start } from "./surroundings.ts";

/** Prints the JSON Schema of a file of answers, as a preset leaves it. Returns the exit code. */
export async function schema(
  given: Arguments,
  { root, version, terminal }: Pick<Surroundings, "root" | "version" | "terminal">,
): Promise<number> {
  const preset = await namedPreset(given.preset, start(root, version).cwd);
  terminal.line(JSON.stringify(jsonSchema(preset?.catalogue), null, 2));
  return EXIT.done;
}
