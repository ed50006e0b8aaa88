/** `SENTRY_DSN`: where reports go, or nowhere. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { SETTINGS } from "../../src/settings/model.ts";
import { sentryDsn } from "../../src/settings/sentry-dsn.ts";
import { Fault } from "../../src/settings/setting.ts";

const KEY = "hunter2key";

test("nothing is reported by default", () => {
  assert.equal(SETTINGS.sentryDsn.default, "");
});

test("a DSN is taken and never shown", () => {
  for (const dsn of [
    "",
    `https://${KEY}@sentry.example.com/1`,
    `https://${KEY}@o1.ingest.sentry.example.com:8443/sentry/12`,
    `http://${KEY}@[::1]:9000/1`,
  ]) {
    const parsed = sentryDsn().parse(dsn, {});
    assert.equal(parsed.reveal(), dsn);
    assert.ok(!inspect(parsed).includes(KEY));
  }
  assert.ok(sentryDsn().isConfidential);
});

test("anything else is refused without its value", () => {
  for (const dsn of [
    KEY,
    `${KEY}@sentry.example.com/1`,
    `ftp://${KEY}@sentry.example.com/1`,
    `https://sentry.example.com/${KEY}`,
    "https://sentry.example.com/1",
    `https://${KEY}@/1`,
    `https://${KEY}@sentry.example.com`,
    `https://${KEY}@sentry.example.com/`,
    `https://${KEY}@sentry.example.com/project`,
    `https://${KEY}@sentry.example.com/¹`,
    `https://${KEY}@sentry.example.com:port/1`,
    `https://${KEY}@sentry.example.com:65536/1`,
    `https://${KEY}@sentry.example.com:0/1`,
    `https://${KEY}@[::1/1`,
    `https://${KEY}@sentry.example.com/1?environment=${KEY}`,
  ]) {
    assert.throws(
      () => sentryDsn().parse(dsn, {}),
      (error) =>
        error instanceof Fault &&
        error.message === "must be a DSN such as https://key@sentry.example.com/1",
      dsn,
    );
  }
});

test("production refuses to report in clear", () => {
  const unsafe = (dsn: string) => sentryDsn().unsafe?.(sentryDsn().parse(dsn, {}), {});
  assert.equal(unsafe(`http://${KEY}@sentry.example.com/1`), "must begin with https://");
  assert.equal(unsafe(`https://${KEY}@sentry.example.com/1`), undefined);
  assert.equal(unsafe(""), undefined);
});
