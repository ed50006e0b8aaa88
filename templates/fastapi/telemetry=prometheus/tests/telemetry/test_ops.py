"""The dashboard and the alert rules name metrics that the service has."""

import json
import re
from pathlib import Path

import pytest

from app.telemetry.metrics import REGISTRY
from tests.support.service import Service

OPS = Path(__file__).parents[2] / "ops"
NOT_METRICS = {"histogram_quantile", "rate_interval", "job_name"}
SUFFIXES = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_count", "_sum"),
}


@pytest.mark.parametrize("path", ["grafana/dashboard.json", "prometheus/alerts.yaml"])
async def test_every_metric_that_is_named_exists(service: Service, path: str) -> None:
    known = {
        metric.name + suffix for metric in REGISTRY.collect() for suffix in SUFFIXES[metric.type]
    }
    named = set(re.findall(r"\b(\w+)\{job=", (OPS / path).read_text(encoding="utf-8")))
    assert len(named) > 3
    assert named - known == set()


def test_every_query_is_bound_to_the_service() -> None:
    dashboard = json.loads((OPS / "grafana/dashboard.json").read_text(encoding="utf-8"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = (OPS / "prometheus/alerts.yaml").read_text(encoding="utf-8")
    queries += re.findall(r"^ +expr: (.+)$", rules, re.MULTILINE)
    assert len(queries) > 10
    for query in queries:
        names = set(re.findall(r"[a-z]+_[a-z_]+", query)) - NOT_METRICS
        bound = set(re.findall(r"(\w+)\{job=", query))
        assert names == bound, query
