import assert from "node:assert/strict";
import { test } from "node:test";
import { BadJson, MAX_VALUES, parseJson } from "../../src/security/json.ts";

const parse = (text: string | Buffer): unknown => parseJson(Buffer.from(text));

test("plain JSON is read as it is", () => {
  const texts = [
    "null",
    '{"a":{"b":[1,-2.5e3,true,"x\\"y\\\\"]},"c":"a:b,{["}',
    ' {\t"a" : [ ] , "b" : { } } ',
    '"\\ud83d\\ude00"',
    JSON.stringify({ text: "\\".repeat(7), 名: "値" }),
  ];
  for (const text of texts) assert.deepEqual(parse(text), JSON.parse(text), text);
});

test("ambiguous JSON is refused", () => {
  const texts = [
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"a":{"b":1,"b":1}}',
    '[{"a":1,"a":1}]',
    "NaN",
    "Infinity",
    '{"a":1e999}',
    "'a'",
    "{a:1}",
    "[1,]",
    "// comment\n1",
    '"\\ud800"',
    '"\\u0000"',
    '{"\\u0000":1}',
    '"a',
    '"\t"',
    "",
    '{"a":1}{"b":2}',
    "9".repeat(310),
    `0.${"1".repeat(310)}`,
  ];
  for (const text of texts) assert.throws(() => parse(text), BadJson, text.slice(0, 40));
});

test("a member cannot set the prototype", () => {
  assert.throws(() => parse('{"__proto__":{"role":"admin"}}'), BadJson);
  assert.throws(() => parse('{"a":[{"\\u005f_proto__":1}]}'), BadJson);
});

test("bytes that are not UTF-8 are refused, and not replaced", () => {
  for (const bytes of [
    [0x22, 0xff, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0xef, 0xbb, 0xbf, 0x31],
  ]) {
    assert.throws(() => parse(Buffer.from(bytes)), BadJson);
  }
});

test("32 levels are enough", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  assert.ok(parse(nested(32)));
  for (const depth of [33, 1_000, 100_000]) assert.throws(() => parse(nested(depth)), BadJson);
  assert.throws(() => parse("[".repeat(500_000)), BadJson);
});

test("10,000 values are enough, and more are refused before they are parsed", () => {
  const list = (count: number): string => JSON.stringify(Array(count).fill(0));
  assert.ok(parse(list(MAX_VALUES - 1)));
  for (const text of [
    list(MAX_VALUES),
    `[${"[],".repeat(20_000)}0]`,
    `[${"{},".repeat(20_000)}0]`,
  ]) {
    assert.throws(() => parse(text), BadJson);
  }
});
