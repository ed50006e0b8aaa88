/** `serve`: runs the service until SIGTERM or Ctrl-C. */

import { lookup } from "node:dns/promises";
import { buildApp } from "../app.ts";
import { cannotListen } from "../listening.ts";
import { log } from "../logging.ts";
import { Stopping } from "../server.ts";
import { loadSettings, warningsAbout } from "../settings/index.ts";
import type { Command } from "./command.ts";

export const command: Command = {
  name: "serve",
  help: "Run the service on HOST and PORT.",
  async run() {
    const settings = loadSettings();
    const app = await buildApp(settings);
    for (const warning of warningsAbout(settings)) {
      log.warn({ event: "settings.suspicious", detail: warning });
    }
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    const stopping = new Stopping(app, settings);
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => {
        // A second signal skips the delay, and the first call ends the service.
        if (app.stopping) stopping.stop();
        else stopping.stop({ atOnce: signal === "SIGINT" }).then(resolve);
      });
    }
    try {
      // For the name of this machine, the framework would open a second server, without our guards.
      const { address } = await lookup(settings.host, { order: "ipv4first" });
      await app.listen({ host: address, port: settings.port });
    } catch (error) {
      await app.close();
      throw cannotListen(error, settings.port);
    }
    await stopped;
    return 0;
  },
};
