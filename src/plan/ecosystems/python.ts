import type { Pins } from "../types.ts";
import type { Ecosystem } from "./ecosystem.ts";

/**
 * Parses a Python requirements file: `name==version` or `name>=version`, one a line.
 * @throws Error that names the line
 */
const parse = (text: string): Pins => {
  const pins = new Map<string, string>();
  text.split("\n").forEach((raw, index) => {
    const line = raw.replace(/(^|\s)#.*$/, "").trim();
    if (line === "") return;
    const [, name, specifier] = /^([A-Za-z0-9][\w.-]*)\s*((?:==|>=)[\w.!+]+)$/.exec(line) ?? [];
    if (name === undefined || specifier === undefined) {
      throw new Error(`line ${index + 1}: '${line}' is no 'name==version'`);
    }
    const key = normalise(name);
    if (pins.has(key)) throw new Error(`line ${index + 1}: '${name}' is pinned twice`);
    pins.set(key, specifier);
  });
  return pins;
};

/** The one spelling of a Python package's name (PEP 503). */
const normalise = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

/** A pin is a specifier such as `==1.2.3`, and a name may have extras: `sqlalchemy[asyncio]`. */
export const python: Ecosystem = {
  file: "requirements.txt",
  parse,
  leftOver: ["__pycache__"],
  packageName: (dependency) => normalise(dependency.replace(/\[.*$/, "")),
  requirement: (dependency, pin) => dependency + pin,
};
