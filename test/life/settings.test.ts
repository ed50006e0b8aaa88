import { expect, test } from "vitest";
import { settingChanges } from "../../src/life/settings.ts";
import type { Setting } from "../../src/plan/manifest.ts";
import { cellOf } from "../fixtures/matrix.ts";

const setting = (name: string, more: object = {}): Setting =>
  ({
    name,
    group: "Service",
    kind: "string",
    doc: `Its ${name}.`,
    default: "",
    ...more,
  }) as Setting;

test("settings are new, gone, or required from now on", () => {
  const before =
    "# Settings. A=1 is no setting of ours\n\n# One.\nKEPT=1\n# Its default.\n# OLD=2\n# FIRM=\n";
  const now = [
    setting("KEPT"),
    setting("FIRM", { production: "required" }),
    setting("ADDED"),
    setting("SECRET", { default: undefined }),
  ];
  const changes = [
    { name: "ADDED", change: "new", doc: "Its ADDED.", required: false },
    { name: "SECRET", change: "new", doc: "Its SECRET.", required: true },
    { name: "OLD", change: "gone", required: false },
  ];
  expect(settingChanges(before, now)).toEqual(changes);
  const firm = { name: "FIRM", change: "required", doc: "Its FIRM.", required: true };
  expect(settingChanges(before, now, [setting("KEPT"), setting("FIRM")])).toEqual([
    firm,
    ...changes,
  ]);
});

test("of a project that stays as it is, none changes", () => {
  const { planned, texts } = cellOf({ orm: "tortoise", state: "redis", database: "mysql" });
  const before = texts.get(".env.example") ?? "";
  expect(settingChanges(before, planned.settings, planned.settings)).toEqual([]);
});

test("another choice brings its settings, and takes those of the old one away", () => {
  const before = cellOf({ state: "redis" });
  const now = cellOf({ telemetry: ["sentry"] } as never);
  const changes = settingChanges(
    before.texts.get(".env.example") ?? "",
    now.planned.settings,
    before.planned.settings,
  );
  expect(changes.map(({ name, change }) => `${change} ${name}`)).toEqual(
    expect.arrayContaining(["new SENTRY_DSN", "gone REDIS_URL"]),
  );
});
