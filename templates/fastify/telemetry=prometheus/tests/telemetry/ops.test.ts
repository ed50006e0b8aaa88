/** The dashboard and the alert rules name metrics that the service has. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { makeSeries } from "../../src/telemetry/series.ts";

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [""],
  gauge: [""],
  histogram: ["_bucket", "_count", "_sum"],
};
const NOT_METRICS = new Set(["histogram_quantile", "rate_interval", "job_name"]);

const read = (path: string): string =>
  readFileSync(new URL(`../../ops/${path}`, import.meta.url), "utf8");

const dashboard = read("grafana/dashboard.json");
const rules = read("prometheus/alerts.yaml");

test("every metric that is named exists", async () => {
  const metrics = await makeSeries().registry.getMetricsAsJSON();
  const known = new Set(
    metrics.flatMap(({ name, type }) => (SUFFIXES[type] ?? []).map((suffix) => name + suffix)),
  );
  for (const text of [dashboard, rules]) {
    const named = [...text.matchAll(/\b(\w+)\{job=/g)].map(([, name = ""]) => name);
    assert.ok(new Set(named).size > 3);
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
  }
});

test("every query is bound to the service", () => {
  const { panels } = JSON.parse(dashboard) as {
    readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
  };
  const queries = [
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...[...rules.matchAll(/^ +expr: (.+)$/gm)].map(([, expr = ""]) => expr),
  ];
  assert.ok(queries.length > 10);
  for (const query of queries) {
    const names = (query.match(/[a-z]+_[a-z_]+/g) ?? []).filter((name) => !NOT_METRICS.has(name));
    const bound = [...query.matchAll(/(\w+)\{job=/g)].map(([, name]) => name);
    assert.deepEqual(new Set(names), new Set(bound), query);
  }
});
