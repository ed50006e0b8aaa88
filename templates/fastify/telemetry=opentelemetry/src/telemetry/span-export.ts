/** Sends the spans of this process to a collector, as OTLP over HTTP, in the background. */

import {
  type ExportResult,
  ExportResultCode,
  type InstrumentationScope,
} from "@opentelemetry/core";
import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from "@opentelemetry/sdk-trace";
import { log } from "../logging.ts";
import { runOutsideRequests } from "../security/request-context.ts";
import type { Settings } from "../settings/index.ts";
import { headersOf } from "../settings/otlp-headers.ts";
import type { Kind, Parent, Reporter, Span } from "./tracing.ts";

const PATH = "/v1/traces";
// What does not fit is dropped: memory is worth more than a trace.
export const QUEUE = 2_048;
const BATCH = 512;
const EXPORT_MILLISECONDS = 5_000;
/** How often spans are sent, and how long the last ones may take at shutdown. */
export const PACE = { everyMilliseconds: 5_000, flushMilliseconds: 2_000 };
const SCOPE: InstrumentationScope = { name: "app.telemetry" };
// As in the SDK's own enumerations.
const KINDS: Readonly<Record<Kind, number>> = { internal: 0, server: 1, client: 2, consumer: 4 };
const UNSET = 0;
const FAILED = 2;

/** Opens what reports spans; closing it sends what is left, as far as the collector takes it. */
export const openReporter = (
  settings: Settings,
  database: string,
  stack: AsyncDisposableStack,
): Reporter => {
  const exporter = new Exporter(settings);
  const processor = new BatchSpanProcessor({
    exporter,
    maxQueueSize: QUEUE,
    maxExportBatchSize: BATCH,
    scheduledDelayMillis: PACE.everyMilliseconds,
    exportTimeoutMillis: 2 * EXPORT_MILLISECONDS,
  });
  // Not what the library finds out about the host, the process and its arguments.
  const resource = resourceFromAttributes({
    "service.name": settings.appName,
    "deployment.environment.name": settings.environment,
  });
  stack.defer(() => flush(processor, exporter));
  return {
    share: settings.otelTracesSamplerArg,
    database,
    // A batch is sent in nobody's name.
    report: (span) => runOutsideRequests(() => processor.onEnd(readable(span, resource))),
  };
};

const flush = async (processor: BatchSpanProcessor, exporter: Exporter): Promise<void> => {
  const late = setTimeout(() => exporter.giveUp(), PACE.flushMilliseconds);
  await processor.shutdown().catch(() => undefined);
  clearTimeout(late);
};

/** Reports once an outage that the collector is away, and not with each batch. */
class Exporter implements SpanExporter {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #stop = new AbortController();
  #isLost = false;

  constructor({ otelExporterOtlpEndpoint, otelExporterOtlpHeaders }: Settings) {
    this.#url = otelExporterOtlpEndpoint + PATH;
    this.#headers = {
      ...headersOf(otelExporterOtlpHeaders.reveal()),
      "content-type": "application/json",
    };
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#send(spans).then(
      () => {
        if (this.#isLost) log.warn({ event: "traces.recovered" });
        this.#isLost = false;
        done({ code: ExportResultCode.SUCCESS });
      },
      () => {
        if (!this.#isLost) {
          log.error({ event: "traces.lost", reason: "the collector does not take them" });
        }
        this.#isLost = true;
        done({ code: ExportResultCode.FAILED });
      },
    );
  }

  /** Ends what is being sent. */
  giveUp(): void {
    this.#stop.abort();
  }

  async shutdown(): Promise<void> {}

  async #send(spans: ReadableSpan[]): Promise<void> {
    const body = JsonTraceSerializer.serializeRequest(spans);
    const response = await fetch(this.#url, {
      method: "POST",
      headers: this.#headers,
      // The bytes are a view of memory that nobody shares.
      body: Buffer.from(body ?? []),
      // Headers that let the service in are for this collector only.
      redirect: "error",
      signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(EXPORT_MILLISECONDS)]),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error("the collector refuses them");
  }
}

/** Returns a span that has ended now, as the SDK reads it. */
const readable = (span: Span, resource: Resource): ReadableSpan => {
  const ended = performance.timeOrigin + performance.now();
  return {
    name: span.name,
    kind: KINDS[span.kind],
    spanContext: () => contextOf(span),
    ...(span.parent === undefined ? {} : { parentSpanContext: contextOf(span.parent) }),
    startTime: timeOf(span.begun),
    endTime: timeOf(ended),
    duration: timeOf(ended - span.begun),
    status: { code: span.hasFailed ? FAILED : UNSET },
    attributes: { ...span.attributes },
    resource,
    instrumentationScope: SCOPE,
    links: [],
    events: [],
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
};

const contextOf = ({ traceId, spanId, isKept, isRemote }: Parent) => ({
  traceId,
  spanId,
  traceFlags: isKept ? 1 : 0,
  isRemote,
});

const timeOf = (milliseconds: number): [seconds: number, nanoseconds: number] => {
  const seconds = Math.floor(milliseconds / 1000);
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)];
};
