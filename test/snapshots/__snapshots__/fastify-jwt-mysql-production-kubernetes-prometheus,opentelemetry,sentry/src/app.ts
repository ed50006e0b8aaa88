/** The application: its hooks and routes. */

import Fastify, {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import type { DestinationStream } from "pino";
import { includeRoutes } from "./api.ts";
import { decorateWithPrincipal } from "./auth/access.ts";
import { includeDocs } from "./docs.ts";
import { handleError } from "./error-handling.ts";
import { BadRequest } from "./errors.ts";
import { Readiness } from "./health/readiness.ts";
import { runWorker } from "./jobs/worker.ts";
import { configureLogging, log } from "./logging.ts";
import { type Document, documenting } from "./openapi.ts";
import { openResources } from "./resources.ts";
import type { App } from "./routing.ts";
import { admission, dismissal } from "./security/admission.ts";
import { arrival } from "./security/arrival.ts";
import { readBodies } from "./security/bodies.ts";
import { preflights } from "./security/cors.ts";
import { hosts } from "./security/hosts.ts";
import { httpsOnly } from "./security/https.ts";
import { knownRoutes, RouteTable } from "./security/known-routes.ts";
import { announcedBodies, deadline, unreadBodies } from "./security/limits.ts";
import { parseQuery, readableQueries } from "./security/query.ts";
import { includeSecurityTxt } from "./security/security-txt.ts";
import { serializeBySchema } from "./serialization.ts";
import { guardServer, serverOptions } from "./server.ts";
import { loadSettings, type Settings } from "./settings/index.ts";
import { watchBody } from "./telemetry/crashes.ts";
import { observed } from "./telemetry/requests.ts";
import { startTelemetry } from "./telemetry/start.ts";
import { validateStrictly } from "./validation.ts";

/** Builds the application with open resources; closing it closes them. It is not ready yet. */
export const buildApp = async (
  settings: Settings = loadSettings(),
  logTo?: DestinationStream,
): Promise<App> => {
  configureLogging(settings, logTo);
  await using stack = new AsyncDisposableStack();
  const resources = await openResources(settings, stack);
  await startTelemetry(resources, stack);
  runWorker(resources, stack);
  const { app } = describeApp(settings);
  app.decorate("resources", resources);
  app.decorate("readiness", new Readiness(resources));
  const opened = stack.move();
  app.addHook("onClose", () => opened.disposeAsync());
  return app;
};

interface Described {
  readonly app: App;
  readonly document: () => Document;
}

/** Builds the application without what it runs on, as far as its document needs it. */
export const describeApp = (settings: Settings): Described => {
  const admit = admission();
  const refuseUnread = (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    admit.call(app, request, reply, async (failure?: Error) => {
      if (failure === undefined) await request.visit.end(BadRequest.status);
      handleError(failure ?? error, request, reply);
    });
  };
  // The log itself knows the request: one serves all of them.
  const logger: FastifyBaseLogger = Object.create(log, { child: { value: () => logger } });
  const arrive = observed(arrival(settings));
  const app: App = Fastify({
    ...serverOptions(settings),
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: settings.maxHeaderBytes, querystringParser: parseQuery },
    // No hook sees a path that the router cannot read.
    frameworkErrors: (error, request, reply) => {
      arrive(request, reply, () => refuseUnread(error, request, reply));
    },
  });
  app.decorate("stopping", false);
  app.decorateRequest("requestContext");
  app.decorateRequest("visit");
  decorateWithPrincipal(app);
  app.setErrorHandler(handleError);
  guardServer(app, settings);
  readBodies(app, settings);
  validateStrictly(app);
  serializeBySchema(app);
  const routes = new RouteTable(app);
  app.decorate("routeTable", routes);
  const document = documenting(routes, settings);

  // In this order; each of them may answer.
  const hooks = [
    arrive,
    hosts(settings),
    httpsOnly(settings),
    preflights(settings),
    admit,
    deadline(settings),
    announcedBodies(settings),
    knownRoutes(routes),
    readableQueries,
  ];
  for (const hook of hooks) app.addHook("onRequest", hook);
  app.addHook("onSend", dismissal);
  app.addHook("onSend", unreadBodies);
  app.addHook("onSend", watchBody);

  includeRoutes(app);
  includeSecurityTxt(app, settings);
  if (settings.docsEnabled) includeDocs(app, document);
  return { app, document };
};
