import assert from "node:assert/strict";
import { test } from "node:test";
import { firstIdAt, newId } from "../src/ids.ts";

test("ids are UUIDv7, and strictly increasing", () => {
  const ids = Array.from({ length: 20_000 }, newId);
  for (const id of ids) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(ids).size, ids.length);
});

test("ids have the time in front", () => {
  const before = Date.now() - 1;
  const id = newId();
  assert.ok(id > firstIdAt(new Date(before)));
  assert.ok(id < firstIdAt(new Date(Date.now() + 60_000)));
});

test("ids do not tell each other's random part", () => {
  const tails = Array.from({ length: 1_000 }, () => newId().slice(19));
  assert.equal(new Set(tails).size, tails.length);
});
