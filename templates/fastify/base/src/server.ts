/** The HTTP server: its limits, and how it stops without losing a request. */

import { AsyncResource } from "node:async_hooks";
import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import { Server, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import type { FastifyHttpOptions, FastifyInstance, RawRequestDefaultExpression } from "fastify";
import { isAnswering, parserErrors, rawAnswers } from "./parser-errors.ts";
import type { Settings } from "./settings/index.ts";

// After the application has answered 503, what is left of a request is not waited for.
const GRACE_MILLISECONDS = 2_000;
// All requests in one read are parsed at once, and the next read follows after a response.
const MAX_WAITING = 100;
// How long an idle connection may still send a request after the last one was accepted.
const LINGER_MILLISECONDS = 2_000;
const DRAIN_MILLISECONDS = 10_000;
const LOOK_MILLISECONDS = 50;
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/is;

/** The options of the server. */
export const serverOptions = (settings: Settings) => {
  const milliseconds = settings.requestTimeoutSeconds * 1000;
  return {
    bodyLimit: settings.maxBodyBytes,
    keepAliveTimeout: settings.keepAliveSeconds * 1000,
    // Counted from the first byte of the headers, which have their own time.
    requestTimeout: 2 * milliseconds + GRACE_MILLISECONDS,
    // A client that neither sends nor reads, and is not between two requests.
    connectionTimeout: milliseconds + GRACE_MILLISECONDS,
    forceCloseConnections: "idle",
    return503OnClosing: false,
    rewriteUrl: originForm,
    http: {
      headersTimeout: milliseconds,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: settings.maxHeaderBytes,
      // Node would answer to these itself, without our headers; the application does.
      requireHostHeader: false,
      // Of two fields of one name, Node would pass over the second.
      joinDuplicateHeaders: true,
    },
    clientErrorHandler: parserErrors(settings),
  } as const satisfies FastifyHttpOptions<HttpServer>;
};

/** Returns the path and query of a target; a host in it replaces that of `Host` (RFC 9112, 3.2.2). */
const originForm = ({ url = "", headers }: RawRequestDefaultExpression): string => {
  if (url.startsWith("/")) return url;
  const [, host, rest = url] = ABSOLUTE_FORM.exec(url) ?? [];
  if (host !== undefined) headers.host = host;
  return rest.replace(/^(?=[?#]|$)/, "/");
};

/** Refuses what the server would answer to, or keep waiting, on its own. */
export const guardServer = (app: FastifyInstance, settings: Settings): void => {
  const answer = rawAnswers(settings);
  const refuse = (socket: Socket, status: number, isBehindOthers: boolean): void => {
    // It would be taken for the answer to an earlier request.
    if (isBehindOthers) socket.destroy();
    else answer(socket, status);
  };
  app.server.on("checkExpectation", ({ socket }: IncomingMessage, response: ServerResponse) => {
    refuse(socket, 417, response.socket !== socket);
  });
  // An upgraded connection would bypass the limits and the application: the upgrade is ignored.
  app.server.on("connect", (_request: IncomingMessage, socket: Socket) => {
    refuse(socket, 400, isAnswering(socket));
  });
};

/** The unanswered requests of a connection, and what those do whose turn is later. */
interface Turns {
  taken: number;
  readonly waiting: (() => void)[];
}

const turnsOf = new WeakMap<Socket, Turns>();

/**
 * Takes a turn on a connection; undefined if too many requests wait there already.
 *
 * The turn of a request comes after the answer to the one before it: of requests that are sent at
 * once, one answer is in memory while their client takes none (CWE-770).
 */
export const takeTurn = (
  socket: Socket,
  response: ServerResponse,
): ((work: () => void) => void) | undefined => {
  const turns = turnsOf.get(socket) ?? { taken: 0, waiting: [] };
  turnsOf.set(socket, turns);
  turns.taken++;
  response.on("close", () => {
    turns.taken--;
    if (!socket.destroyed) turns.waiting.shift()?.();
  });
  if (turns.taken > MAX_WAITING) return undefined;
  return (work) => {
    if (turns.taken === 1) work();
    // The answer before it belongs to another request.
    else turns.waiting.push(AsyncResource.bind(work));
  };
};

/** Stops the service: reports not ready, keeps serving, stops accepting, and finishes requests. */
export class Stopping {
  readonly #app: FastifyInstance;
  readonly #delay: number;
  #skipDelay: () => void = () => {};
  #running = 0;

  constructor(app: FastifyInstance, { shutdownDelaySeconds }: Settings) {
    this.#app = app;
    this.#delay = shutdownDelaySeconds * 1000;
    app.server.on("request", (_request, response: ServerResponse) => {
      this.#running++;
      response.on("close", () => {
        this.#running--;
      });
    });
  }

  /** Begins to stop; a second call, or one that asks for it, skips the delay. */
  async stop({ atOnce = false } = {}): Promise<void> {
    if (this.#app.stopping) {
      this.#skipDelay();
      return;
    }
    // From now on, readiness is 503, and every response closes its connection.
    this.#app.stopping = true;
    const skipped = new AbortController();
    this.#skipDelay = () => skipped.abort();
    const delay = atOnce ? 0 : this.#delay;
    await setTimeout(delay, undefined, { signal: skipped.signal }).catch(() => {});
    await this.#drain();
  }

  async #drain(): Promise<void> {
    const { server } = this.#app;
    // The server's own `close` would end idle connections at once, and whatever was sent on them is
    // lost: a proxy keeps sending on open ones until it notices.
    Server.prototype.close.call(server);
    const begun = performance.now();
    const passed = (limit: number): boolean => performance.now() - begun >= limit;
    // There is no event for connections that end.
    while ((await countOf(server)) > 0 && !passed(DRAIN_MILLISECONDS)) {
      if (passed(LINGER_MILLISECONDS) && this.#running === 0) break;
      await setTimeout(LOOK_MILLISECONDS);
    }
    server.closeAllConnections();
    await this.#app.close();
  }
}

const countOf = promisify(
  (server: Server, callback: (error: Error | null, count: number) => void) =>
    server.getConnections(callback),
);
