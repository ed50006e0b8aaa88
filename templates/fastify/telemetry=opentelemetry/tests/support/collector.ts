/** Stands where the collector of traces is, and keeps what it is sent. */

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { App } from "../../src/routing.ts";
import {
  type Scope,
  type Service,
  type ServiceOptions,
  startService,
  type Variables,
} from "./service.ts";

export type Values = Readonly<Record<string, string | number | undefined>>;

/** A span, as the collector reads it. */
export interface Received {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly attributes: Values;
  readonly hasFailed: boolean;
  readonly seconds: number;
}

interface Pair {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number };
}

interface Batch {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Pair[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly name: string;
        readonly kind: number;
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly attributes: readonly Pair[];
        readonly status: { readonly code: number };
        readonly startTimeUnixNano: string;
        readonly endTimeUnixNano: string;
      }[];
    }[];
  }[];
}

const FAILED = 2;
const SERVER = 2;

/** Keeps what it is sent, and answers with `status`. */
export class Collector {
  readonly endpoint: string;
  readonly paths: string[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  readonly bodies: string[] = [];
  status = 200;

  constructor(port: number) {
    this.endpoint = `http://127.0.0.1:${port}`;
  }

  /** All spans so far, in the order in which they ended. */
  get spans(): readonly Received[] {
    return this.#batches.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) =>
          spans.map((span) => ({
            name: span.name,
            kind: span.kind,
            traceId: span.traceId,
            spanId: span.spanId,
            parentId: span.parentSpanId ?? "",
            attributes: valuesOf(span.attributes),
            hasFailed: span.status.code === FAILED,
            seconds: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e9,
          })),
        ),
      ),
    );
  }

  /** What is said of the process, with each batch. */
  get resources(): readonly Values[] {
    return this.#batches.flatMap(({ resourceSpans }) =>
      resourceSpans.map(({ resource }) => valuesOf(resource.attributes)),
    );
  }

  /** Everything that was sent, to search it. */
  get text(): string {
    return [...this.paths, JSON.stringify(this.headers), ...this.bodies].join("\n");
  }

  get requests(): readonly Received[] {
    return this.spans.filter(({ kind }) => kind === SERVER);
  }

  named(name: string): readonly Received[] {
    return this.spans.filter((span) => span.name === name);
  }

  get #batches(): readonly Batch[] {
    return this.bodies.map((body) => JSON.parse(body));
  }
}

const valuesOf = (pairs: readonly Pair[]): Values =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));

/** Collects until the test ends. */
export const collect = async (scope: Scope): Promise<Collector> => {
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    if (collector.status === 200) {
      collector.paths.push(request.url ?? "");
      collector.headers.push(request.headers);
      collector.bodies.push(Buffer.concat(pieces).toString("utf8"));
    }
    response.writeHead(collector.status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const collector = new Collector((server.address() as AddressInfo).port);
  scope.after(async () => {
    server.close();
    server.closeAllConnections();
  });
  return collector;
};

export interface TracedService extends Service {
  readonly collector: Collector;
  /** Ends the service, and so sends what is left. */
  readonly stop: () => Promise<void>;
}

/** Starts a service that is traced. */
export const tracedService = async (
  scope: Scope,
  settings: Variables = {},
  options: ServiceOptions = {},
): Promise<TracedService> => {
  const collector = await collect(scope);
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
  const service = await startService(scope, { ...endpoint, ...settings }, options);
  return { ...service, collector, stop: () => closed(service.app) };
};

const closed = async (app: App): Promise<void> => {
  await app.close();
};
