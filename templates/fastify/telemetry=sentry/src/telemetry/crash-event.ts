/** What Sentry is sent, and how. */

import { defaultStackParser, type ErrorEvent, makeNodeTransport, NodeClient } from "@sentry/node";
import type { Settings } from "../settings/index.ts";
import type { Report, Tags } from "./crash-reports.ts";

const MAX_CAUSES = 8;
/** How long the last reports may take at shutdown. */
export const BOUNDS = { flushMilliseconds: 2_000 };
const EVENT = new Set([
  ...["event_id", "timestamp", "level", "platform", "environment", "transaction", "tags"],
  ...["exception", "type"],
]);

/** Opens what reports; closing it sends what is left, as far as Sentry takes it. */
export const openReports = (settings: Settings, stack: AsyncDisposableStack): Report => {
  // Not the library's global client, to which any package may add data.
  const client = new NodeClient({
    dsn: settings.sentryDsn.reveal(),
    environment: settings.environment,
    integrations: [],
    transport: makeNodeTransport,
    stackParser: defaultStackParser,
    beforeSend: onlyAllowed,
    // It would rewrite modules as they are loaded.
    enableRuntimeChannelInjection: false,
    includeServerName: false,
    sendClientReports: false,
    maxBreadcrumbs: 0,
  });
  stack.defer(async () => {
    await client.close(BOUNDS.flushMilliseconds);
  });
  return (error, transaction, tags = {}) => {
    client.captureEvent(eventOf(error, transaction, tags));
  };
};

/** Returns the types, functions and line numbers of an error and its causes, the first one first. */
const eventOf = (error: Error, transaction: string, tags: Tags): ErrorEvent => {
  const values = [];
  let cause: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth++) {
    values.unshift({ type: cause.constructor.name, stacktrace: { frames: framesOf(cause) } });
    cause = cause.cause;
  }
  return { type: undefined, level: "error", transaction, tags, exception: { values } };
};

/** Returns the frames of an error. Its message stands before them, and could look like some. */
const framesOf = ({ stack = "", message }: Error) => {
  const start = stack.indexOf(message);
  const frames = start < 0 ? [] : defaultStackParser(stack.slice(start + message.length));
  return frames.map(({ filename, function: name, module, lineno, in_app }) => ({
    ...{ filename, function: name, module, lineno, in_app },
  }));
};

/** Removes what the library adds, which is not known to be free of values. */
const onlyAllowed = (event: ErrorEvent): ErrorEvent => ({
  ...Object.fromEntries(Object.entries(event).filter(([name]) => EVENT.has(name))),
  type: undefined,
});
