/**
 * Spans of the service's own, and the one that the work at hand belongs to.
 *
 * OpenTelemetry's SDK sends them, and nothing else of it is used: to a global provider, any package
 * could give what it likes, and its instrumentation of HTTP records URLs with their queries.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { currentRequest, type RequestContext } from "../security/request-context.ts";
import type { Settings } from "../settings/index.ts";

export type Kind = "internal" | "server" | "client" | "consumer";
export type Attributes = Readonly<Record<string, string | number>>;

/** A span as its children know it: ids in hexadecimal digits, and whether the trace is kept. */
export interface Parent {
  readonly traceId: string;
  readonly spanId: string;
  readonly isKept: boolean;
  /** It is of another process. */
  readonly isRemote: boolean;
}

/** Where spans go once they have ended, and which share of the traces is kept. */
export interface Reporter {
  readonly share: number;
  /** What SQL is sent to. */
  readonly database: string;
  report(span: Span): void;
}

/** What is measured, such as a request or a call to another system. */
export class Span implements Parent {
  readonly reporter: Reporter;
  readonly kind: Kind;
  readonly parent: Parent | undefined;
  readonly traceId: string;
  readonly spanId = randomBytes(8).toString("hex");
  readonly isKept: boolean;
  readonly isRemote = false;
  /** Milliseconds since the Unix epoch. */
  readonly begun = performance.timeOrigin + performance.now();
  name: string;
  attributes: Attributes;
  hasFailed = false;

  constructor(
    reporter: Reporter,
    name: string,
    kind: Kind,
    parent: Parent | undefined,
    attributes: Attributes = {},
  ) {
    this.reporter = reporter;
    this.name = name;
    this.kind = kind;
    this.parent = parent;
    this.attributes = attributes;
    this.traceId = parent?.traceId ?? randomBytes(16).toString("hex");
    this.isKept = parent?.isKept ?? isWithin(this.traceId, reporter.share);
  }

  /** Begins the span of a call to another system; undefined if the trace is not kept. */
  beginCall(name: string, attributes: Attributes): Span | undefined {
    return this.isKept ? new Span(this.reporter, name, "client", this, attributes) : undefined;
  }

  /** Marks it, by the type of the error: what an error says quotes values. */
  fail(error?: unknown): void {
    this.hasFailed = true;
    if (error !== undefined) {
      const type = error instanceof Error ? error.constructor.name : typeof error;
      this.attributes = { ...this.attributes, "error.type": type };
    }
  }

  /** Hands it over to what sends it. */
  end(): void {
    if (this.isKept) this.reporter.report(this);
  }
}

/** Decides of a new trace, by the end of its random id, as other services do. */
const isWithin = (traceId: string, share: number): boolean =>
  Number.parseInt(traceId.slice(16, 29), 16) < share * 2 ** 52;

const current = new AsyncLocalStorage<Span>();
const ofRequests = new WeakMap<RequestContext, Span>();

/** Begins traces while the process has a reporter. */
export class Tracing {
  reporter: Reporter | undefined = undefined;
  readonly database: string;

  constructor(database: string) {
    this.database = database;
  }

  /** Makes one that reports nothing yet. */
  static async open({ databaseUrl }: Settings, _stack: AsyncDisposableStack): Promise<Tracing> {
    return new Tracing(databaseUrl.reveal().split(":", 1)[0] ?? "");
  }

  /** Runs work in a span that has none of this process around it. */
  async run<Result>(
    name: string,
    kind: Kind,
    parent: Parent | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> {
    if (this.reporter === undefined) return await work();
    const span = new Span(this.reporter, name, kind, parent);
    try {
      return await current.run(span, work);
    } catch (error) {
      span.fail(error);
      throw error;
    } finally {
      span.end();
    }
  }

  /** Begins the span of a request; undefined if nothing is traced. */
  beginRequest(request: RequestContext, parent: Parent | undefined): Span | undefined {
    if (this.reporter === undefined) return undefined;
    const span = new Span(this.reporter, "HTTP", "server", parent);
    ofRequests.set(request, span);
    return span;
  }
}

/** Returns the span of the work that the caller does. */
export const currentSpan = (): Span | undefined => {
  const request = currentRequest();
  return request === undefined ? current.getStore() : ofRequests.get(request);
};

/** Returns what the log has of the trace of a request. */
export const traceOf = (request: RequestContext): { readonly trace_id?: string } =>
  fieldsOf(ofRequests.get(request));

/** Returns what the log has of a span. */
export const fieldsOf = (span: Span | undefined): { readonly trace_id?: string } =>
  span === undefined ? {} : { trace_id: span.traceId };
