import assert from "node:assert/strict";
import { test } from "node:test";
import { Remembered } from "../../src/security/remembered.ts";

test("nonsense takes no memory from what makes sense", () => {
  const computed: string[] = [];
  const known = new Remembered((text) => {
    computed.push(text);
    return text === "sense" ? text : undefined;
  });
  known.of("sense");
  for (let count = 0; count < 10_000; count++) known.of(`nonsense ${count}`);
  assert.equal(known.of("sense"), "sense");
  assert.equal(computed.filter((text) => text === "sense").length, 1);
});

test("the memory is bounded", () => {
  const known = new Remembered((text) => ({ text }));
  const first = known.of("0");
  assert.equal(known.of("0"), first);
  for (let count = 1; count < 10_000; count++) known.of(String(count));
  assert.notEqual(known.of("0"), first);
});
