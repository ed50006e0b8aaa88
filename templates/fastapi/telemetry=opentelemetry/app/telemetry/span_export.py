"""Sends the spans of this process to a collector, over HTTP, from a thread of its own."""

import logging
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import anyio.to_thread
import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from structlog.typing import FilteringBoundLogger

from app.resources import Resources
from app.settings import Settings
from app.settings.otlp_headers import headers_of
from app.telemetry.tracing import Reporter

log: FilteringBoundLogger = structlog.get_logger()

PATH: Final = "/v1/traces"
# What does not fit is dropped: memory is worth more than a trace.
QUEUE: Final = 2_048
_BATCH: Final = 512
_EVERY_MILLISECONDS: Final = 5_000
_EXPORT_SECONDS: Final = 5
_FLUSH_SECONDS: Final = 2.0


class Exporter(OTLPSpanExporter):
    """Reports once an outage that the collector is away, and not with each batch."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            endpoint=settings.otel_exporter_otlp_endpoint + PATH,
            headers=headers_of(settings.otel_exporter_otlp_headers),
            timeout=_EXPORT_SECONDS,
        )
        self._is_lost = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = super().export(spans)
        is_lost = result is not SpanExportResult.SUCCESS
        if is_lost and not self._is_lost:
            log.error("traces.lost", reason="the collector does not take them")
        elif self._is_lost and not is_lost:
            log.warning("traces.recovered")
        self._is_lost = is_lost
        return result


@asynccontextmanager
async def export_spans(resources: Resources) -> AsyncIterator[None]:
    """Trace while the process runs, if OTEL_EXPORTER_OTLP_ENDPOINT says where spans go."""
    settings = resources.settings
    if not settings.otel_exporter_otlp_endpoint:
        yield
        return
    # It has a line for each batch of an outage, with what the network said.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    exporter = Exporter(settings)
    processor = BatchSpanProcessor(
        exporter,
        max_queue_size=QUEUE,
        max_export_batch_size=_BATCH,
        schedule_delay_millis=_EVERY_MILLISECONDS,
    )
    # Not what the library finds out about the host, the process and its arguments.
    resource = Resource(
        {"service.name": settings.app_name, "deployment.environment.name": settings.environment}
    )
    tracing = resources.tracing
    tracing.reporter = Reporter(
        processor, resource, settings.otel_traces_sampler_arg, tracing.database
    )
    try:
        yield
    finally:
        tracing.reporter = None
        await anyio.to_thread.run_sync(_flush, processor, exporter)


def _flush(processor: BatchSpanProcessor, exporter: Exporter) -> None:
    """Send what is left, as far as the collector takes it in time."""
    sending = threading.Thread(target=processor.shutdown, daemon=True)
    sending.start()
    sending.join(_FLUSH_SECONDS)
    if sending.is_alive():
        exporter.shutdown()  # type: ignore[no-untyped-call]
