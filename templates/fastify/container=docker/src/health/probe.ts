/**
 * Liveness probe of the container: `node src/health/probe.ts`.
 *
 * It imports nothing of the service, since it runs every few seconds.
 */

import { once } from "node:events";
import { get } from "node:http";

const MILLISECONDS = 3_000;

/** Returns 0 if the service is alive, else 1. */
export const probe = async (port = process.env["PORT"] ?? "8000"): Promise<number> => {
  try {
    const request = get({
      host: "127.0.0.1",
      port,
      path: "/health/live",
      agent: false,
      signal: AbortSignal.timeout(MILLISECONDS),
    });
    const [response] = await once(request, "response");
    response.destroy();
    return response.statusCode === 200 ? 0 : 1;
  } catch {
    return 1;
  }
};

if (import.meta.main) process.exitCode = await probe();
