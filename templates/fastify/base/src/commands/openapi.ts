/** `openapi`: prints the OpenAPI document. */

import { describeApp } from "../app.ts";
import type { Resources } from "../resources.ts";
import { defaultSettings, loadSettings, type Settings, SettingsError } from "../settings/index.ts";
import type { Command } from "./command.ts";

export const command: Command = {
  name: "openapi",
  help: "Print the OpenAPI document as JSON.",
  async run() {
    const { app, document } = describeApp(settings());
    // Routes are described without anything to run on.
    app.decorate("resources", {} as Resources);
    await app.ready();
    console.log(JSON.stringify(document(), undefined, 2));
    await app.close();
  },
};

/**
 * Returns defaults if the environment is incomplete, since the document does not depend on it.
 *
 * A pipeline that generates clients has neither secrets nor a database.
 */
const settings = (): Settings => {
  try {
    return loadSettings();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return defaultSettings();
  }
};
