import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress, parseNetwork } from "../../src/security/addresses.ts";

test("an address has one spelling", () => {
  const spellings = new Map([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0:0::1", "2001:db8::1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::ffff:c000:0201", "192.0.2.1"],
    ["fe80::1%eth0", "fe80::1"],
    ["::", "::"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ]);
  for (const [given, text] of spellings) assert.equal(parseAddress(given)?.text, text, given);
});

test("what is no address is none", () => {
  for (const text of [
    "",
    "localhost",
    "1.2.3",
    "1.2.3.4:80",
    "[::1]",
    "::1::",
    "<script>",
    "1.2.3.04",
  ]) {
    assert.equal(parseAddress(text), undefined, text);
  }
});

test("a network contains its own addresses, of its own family", () => {
  const cases: [string, string, boolean][] = [
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["192.0.2.0/25", "192.0.2.128", false],
    ["0.0.0.0/0", "::1", false],
    ["2001:db8::/33", "2001:db8:7fff::1", true],
    ["2001:db8::/33", "2001:db8:8000::1", false],
    ["192.0.2.7", "192.0.2.7", true],
  ];
  for (const [network, text, expected] of cases) {
    const address = parseAddress(text);
    assert.ok(address);
    assert.equal(parseNetwork(network)?.contains(address), expected, `${text} in ${network}`);
  }
});
