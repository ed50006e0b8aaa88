import { catalogue } from "../../src/options/catalogue.ts";
import { stackIds } from "../../src/options/resolve.ts";
import { harnessOf } from "./harness.ts";
import { openEnvironments } from "./lending.ts";

/** Installs the interpreters and installers of each stack that this machine does not have. */
export default async (): Promise<() => void> => {
  for (const stack of stackIds(catalogue)) await harnessOf({ stack }).missing();
  return openEnvironments();
};
