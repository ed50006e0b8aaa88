/** Structured logs: one JSON object a line in production, readable lines in development. */

import { format, styleText } from "node:util";
import { type DestinationStream, destination, type Logger, pino } from "pino";
import { redact } from "./redaction.ts";
import { currentRequest } from "./security/request-context.ts";
import type { Settings } from "./settings/index.ts";

const LEVELS: Readonly<Record<string, string>> = { warn: "warning", fatal: "error" };

const make = (level: string, stream: DestinationStream): Logger =>
  pino(
    {
      level: level === "warning" ? "warn" : level,
      base: null,
      messageKey: "event",
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      // The texts of errors hold what the caller sent: all values are cleaned in one place.
      serializers: { err: (error: unknown) => error },
      formatters: { level: (label) => ({ level: LEVELS[label] ?? label }), log: lineOf },
      hooks: {
        logMethod([first, ...rest], method) {
          method.call(this, eventOf(first, rest));
        },
      },
      mixin: ofRequest,
    },
    stream,
  );

/** Joins what libraries log: an object or an error, and a message. */
const eventOf = (first: unknown, rest: readonly unknown[]): object => {
  if (typeof first === "string") return { event: format(first, ...rest) };
  const fields: object = first instanceof Error ? { err: first } : Object(first);
  if (rest.length > 0) return { ...fields, event: format(...rest) };
  // Without an event, the logger would take the message of the error, as it is.
  return "event" in fields ? fields : { ...fields, event: "error" };
};

const lineOf = (fields: Record<string, unknown>): Record<string, unknown> =>
  redact("err" in fields ? withException(fields) : fields);

const withException = ({ err, ...fields }: Record<string, unknown>): Record<string, unknown> => ({
  ...fields,
  exception: err,
});

const ofRequest = (): object => {
  const request = currentRequest();
  return request === undefined
    ? {}
    : { request_id: request.id, client_address: request.loggedAddress };
};

/** Prints lines for people. */
const readable = (stream: DestinationStream): DestinationStream => ({
  write: (line) => {
    const { time, level, event, channel: _, exception, ...fields } = JSON.parse(line);
    const color = level === "error" ? "red" : level === "warning" ? "yellow" : "green";
    const rest = Object.entries(fields)
      .filter(([, value]) => value != null)
      .map(
        ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
      );
    const parts = [time, styleText(color, String(level).padEnd(7)), event, ...rest];
    stream.write(`${parts.join(" ")}${exception ? `\n    ${exception}` : ""}\n`);
  },
});

const standardOutput = destination({ fd: 1, sync: true });

/** The log of the service. */
export let log: Logger = make("info", standardOutput);

/** Its lines of the audit trail, which no LOG_LEVEL leaves out. */
export let auditLog: Logger = make("info", standardOutput);

/** Sends the logs of the service and its libraries to one stream. */
export const configureLogging = (
  { logLevel, logFormat }: Settings,
  stream: DestinationStream = standardOutput,
): void => {
  const output = logFormat === "console" ? readable(stream) : stream;
  log = make(logLevel, output);
  auditLog = make("info", output);
};
