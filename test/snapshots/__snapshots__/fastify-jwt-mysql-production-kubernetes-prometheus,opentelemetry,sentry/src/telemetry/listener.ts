/** Serves the metrics on a separate port, which clients of the API need not reach. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readiness } from "../health/readiness.ts";
import { cannotListen } from "../listening.ts";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import { lookAtConnections } from "./connections.ts";
import { lookAtQueue } from "./queue.ts";
import type { Series } from "./series.ts";

type Gauge = (series: Series, resources: Resources) => void | Promise<void>;

// What no event tells of.
const GAUGES: readonly Gauge[] = [lookAtConnections, lookAtQueue];
const PATH = "/metrics";
const MAX_CONNECTIONS = 10;
const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
/** How long a client may take for a request. */
export const BOUNDS = { milliseconds: 5_000 };

/** Listens until the stack is disposed of; throws `SettingsError` if it cannot. */
export const openListener = async (
  resources: Resources,
  series: Series,
  port: number,
  stack: AsyncDisposableStack,
): Promise<void> => {
  const { metricsHost, maxHeaderBytes } = resources.settings;
  const exposition = new Exposition(resources, series);
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      // Connections of silent clients are those that the API could not accept.
      headersTimeout: BOUNDS.milliseconds,
      requestTimeout: BOUNDS.milliseconds,
      keepAliveTimeout: BOUNDS.milliseconds,
      connectionsCheckingInterval: BOUNDS.milliseconds / 5,
    },
    (request, response) => exposition.answer(request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, metricsHost);
  try {
    await once(server, "listening");
  } catch (error) {
    throw cannotListen(error, port, "METRICS_");
  }
  stack.defer(() => close(server));
};

/** Answers `GET /metrics` only. */
class Exposition {
  readonly #resources: Resources;
  readonly #series: Series;
  readonly #readiness: Readiness;

  constructor(resources: Resources, series: Series) {
    this.#resources = resources;
    this.#series = series;
    this.#readiness = new Readiness(resources);
  }

  async answer({ url = "", method }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url.split("?", 1)[0] !== PATH) {
      response.writeHead(404, HEADERS).end();
    } else if (method !== "GET") {
      response.writeHead(405, { ...HEADERS, allow: "GET" }).end();
    } else {
      await this.#expose(response);
    }
  }

  async #expose(response: ServerResponse): Promise<void> {
    const { registry } = this.#series;
    try {
      await this.#look();
      const text = await registry.metrics();
      response.writeHead(200, { ...HEADERS, "content-type": registry.contentType }).end(text);
    } catch (error) {
      log.error({ event: "metrics.failed", err: error });
      response.writeHead(500, HEADERS).end();
    }
  }

  async #look(): Promise<void> {
    for (const [dependency, state] of Object.entries(await this.#readiness.states())) {
      this.#series.dependencies.set({ dependency }, state === "ok" ? 1 : 0);
    }
    for (const look of GAUGES) await look(this.#series, this.#resources);
  }
}

const close = async (server: Server): Promise<void> => {
  const closed = once(server, "close");
  server.close();
  const late = setTimeout(() => server.closeAllConnections(), BOUNDS.milliseconds);
  await closed;
  clearTimeout(late);
};
