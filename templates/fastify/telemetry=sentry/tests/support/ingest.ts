/** Stands where Sentry is, and keeps what it is sent. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import {
  type Scope,
  type Service,
  type ServiceOptions,
  startService,
  type Variables,
} from "./service.ts";

export interface CrashEvent {
  readonly [member: string]: unknown;
  readonly transaction: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly exception: {
    readonly values: readonly {
      readonly type: string;
      readonly stacktrace: {
        readonly frames: readonly { readonly function?: string; readonly lineno?: number }[];
      };
    }[];
  };
}

export class Ingest {
  readonly dsn: string;
  readonly received: string[] = [];

  constructor(port: number) {
    this.dsn = `http://public@127.0.0.1:${port}/1`;
  }

  get text(): string {
    return this.received.join("\n");
  }

  get events(): readonly CrashEvent[] {
    return this.received
      .flatMap((body) => body.split("\n"))
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line))
      .filter((item) => "exception" in item);
  }
}

/** Takes reports until the test ends. */
export const ingest = async (scope: Scope): Promise<Ingest> => {
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const isPacked = request.headers["content-encoding"] === "gzip";
    sentry.received.push((isPacked ? gunzipSync(body) : body).toString("utf8"));
    sentry.received.push(JSON.stringify(request.headers));
    response.writeHead(200).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sentry = new Ingest((server.address() as AddressInfo).port);
  scope.after(async () => {
    server.close();
    server.closeAllConnections();
  });
  return sentry;
};

/** Starts a service that reports its crashes. */
export const reportingService = async (
  scope: Scope,
  settings: Variables = {},
  options: ServiceOptions = {},
): Promise<Service & { readonly sentry: Ingest }> => {
  const sentry = await ingest(scope);
  const service = await startService(scope, { SENTRY_DSN: sentry.dsn, ...settings }, options);
  return { ...service, sentry };
};
