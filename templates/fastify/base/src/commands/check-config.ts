/** `check-config`: reports every invalid setting at once. */

import { loadSettings, warningsAbout } from "../settings/index.ts";
import type { Command } from "./command.ts";

export const command: Command = {
  name: "check-config",
  help: "Validate the settings, and list every error.",
  run() {
    const settings = loadSettings();
    for (const warning of warningsAbout(settings)) console.log(`warning: ${warning}`);
    console.log(`The environment is valid for ${settings.environment}.`);
  },
};
