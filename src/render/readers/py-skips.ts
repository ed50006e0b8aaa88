import { type Block, deep } from "./py-blocks.ts";
import type { Token } from "./py-tokens.ts";

/** Marks and calls that leave a test out. */
export const SKIPS = new Set(
  "skip skipif xfail skipIf skipUnless skipTest expectedFailure importorskip SkipTest".split(" "),
);
/** What a test calls to be left out while it runs. */
const LEAVES = new Set("skip xfail skipTest importorskip SkipTest exit".split(" "));

/** Whether it leaves the test while it runs. */
export const leaves = (block: Block): boolean =>
  deep(block.body).some(({ tokens }) => leavesIn(tokens));

export const leavesIn = (tokens: readonly Token[]): boolean =>
  tokens.some(
    ({ kind, text }, index) =>
      kind === "name" &&
      LEAVES.has(text) &&
      tokens[index + 1]?.text === "(" &&
      (tokens[index - 1]?.text !== "." ||
        /^(?:pytest|unittest|self)$/.test(tokens[index - 2]?.text ?? "")),
  );
