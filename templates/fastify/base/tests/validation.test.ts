import assert from "node:assert/strict";
import { test } from "node:test";
import { formatOf } from "../src/formats.ts";
import "../src/text.ts";
import { refusalOf, validatorOf } from "../src/validation.ts";

test("a text that is too long for its field is not searched", (t) => {
  const { mock: searched } = t.mock.method(formatOf("line"), "fault");
  const title = { type: "string", maxLength: 200, format: "line" };
  const validate = validatorOf({ type: "object", properties: { title } });
  assert.ok(validate({ title: "Short" }));
  assert.equal(searched.callCount(), 1);
  const given = { title: "a".repeat(1_000_000) };
  assert.ok(!validate(given));
  assert.deepEqual(refusalOf(validate.errors ?? [], given, "body")?.errors, [
    { field: "title", message: "String should have at most 200 characters" },
  ]);
  assert.equal(searched.callCount(), 1);
});
