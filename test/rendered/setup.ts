import { catalogue } from "../../src/options/catalogue.ts";
import { stackIds } from "../../src/options/resolve.ts";
import { harnessOf } from "./harness.ts";
import { openEnvironments } from "./lending.ts";

/** Installs the interpreters and installers of each stack that this machine does not have, and what is lent. */
export default async (): Promise<() => void> => {
  for (const stack of stackIds(catalogue)) {
    const harness = harnessOf({ stack });
    // Tests that need it say so.
    if ((await harness.missing()) === undefined) await harness.prepare();
  }
  return openEnvironments();
};
