import { EXIT } from "../exit.ts";
import { jsonSchema } from "../options/json-schema.ts";
import type { Terminal } from "../system/terminal.ts";

/** Prints the JSON Schema of a file of answers. Returns the exit code. */
export const schema = (terminal: Terminal): number => {
  terminal.line(JSON.stringify(jsonSchema(), null, 2));
  return EXIT.done;
};
