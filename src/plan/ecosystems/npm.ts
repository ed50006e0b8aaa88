import * as z from "zod/mini";
import { matching, parsed } from "../../shapes.ts";
import type { Pins } from "../types.ts";
import type { Ecosystem } from "./ecosystem.ts";

const name = matching(
  /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/,
  "must be the name of a package",
);
/** A range would be another version tomorrow, and an address a package that no registry has. */
const version = matching(
  /^\d+\.\d+\.\d+(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/,
  "must be an exact version, such as 1.2.3",
);

const manifest = z.strictObject({
  private: z.literal(true),
  description: z.optional(z.string()),
  dependencies: z.record(name, version),
});

/**
 * Parses a `package.json` that holds nothing but pins.
 * @throws Error that names the entry
 */
const parse = (text: string): Pins =>
  new Map(Object.entries(parsed(manifest, JSON.parse(text)).dependencies));

/** A pin is a version such as `1.2.3`. */
export const npm: Ecosystem = {
  file: "package.json",
  parse,
  leftOver: ["node_modules"],
  packageName: (dependency) => dependency,
  requirement: (dependency, pin) => `${dependency}@${pin}`,
};
