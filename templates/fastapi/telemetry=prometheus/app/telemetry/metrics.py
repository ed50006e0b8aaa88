"""What the service counts and measures, for Prometheus.

No label has a value that callers can choose: each new value would be a series that stays in memory
(CWE-770), and it might be an address or a token.
"""

from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

disable_created_metrics()  # type: ignore[no-untyped-call]

# Not the library's global registry, to which any package may add.
REGISTRY: Final = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

REQUESTS: Final = Histogram(
    "http_server_request_duration_seconds",
    "Time from a request to the end of its response.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
ACTIVE_REQUESTS: Final = Gauge(
    "http_server_active_requests", "Requests that are being answered.", registry=REGISTRY
)
REFUSALS: Final = Counter(
    "rate_limit_refusals", "Requests refused by a rate limit.", ["limit"], registry=REGISTRY
)
DEPENDENCIES: Final = Gauge(
    "dependency_up",
    "1 while a dependency of readiness can be used, else 0.",
    ["dependency"],
    registry=REGISTRY,
)
CONNECTIONS: Final = Gauge(
    "database_connections_in_use", "Connections taken from the pool.", registry=REGISTRY
)
MOST_CONNECTIONS: Final = Gauge(
    "database_connections_max", "Connections that the pool may open.", registry=REGISTRY
)
