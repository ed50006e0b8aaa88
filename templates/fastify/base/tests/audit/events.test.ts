/** The table of audit events. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { EVENTS } from "../../src/audit/events.ts";
import { newId } from "../../src/ids.ts";
import { redact } from "../../src/redaction.ts";

const SRC = join(import.meta.dirname, "..", "..", "src");

// The types allow no event that is not in the table.
test("every event of the table is recorded", () => {
  const source = readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && name !== join("audit", "events.ts"))
    .map((name) => readFileSync(join(SRC, name), "utf8"))
    .join("\n");
  const unused = Object.keys(EVENTS).filter((event) => !source.includes(`"${event}"`));
  assert.deepEqual(unused, []);
});

test("every detail can be read in the log", () => {
  for (const details of Object.values(EVENTS)) {
    const line = Object.fromEntries(details.map((name) => [name, newId()]));
    assert.deepEqual(redact(line), line);
  }
});
