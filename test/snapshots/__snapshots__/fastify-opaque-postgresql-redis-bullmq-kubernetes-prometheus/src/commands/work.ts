/** `work`: runs the jobs of the service until SIGTERM or Ctrl-C. */

import { work } from "../jobs/worker.ts";
import { configureLogging } from "../logging.ts";
import { openResources } from "../resources.ts";
import { loadSettings } from "../settings/index.ts";
import { startTelemetry } from "../telemetry/start.ts";
import type { Command } from "./command.ts";

export const command: Command = {
  name: "work",
  help: "Do the jobs of the service, such as sending mails.",
  async run() {
    const settings = loadSettings();
    configureLogging(settings);
    const stop = new AbortController();
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => stop.abort());
    }
    await using stack = new AsyncDisposableStack();
    const resources = await openResources(settings, stack);
    await startTelemetry(resources, stack);
    await work(resources, stop.signal);
  },
};
