import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { readStack } from "../../src/plan/read-stack.ts";
import { checkTemplate } from "../../src/render/tags.ts";

const stacks = catalogue.flatMap((option) =>
  option.kind === "choice" && option.id === "stack" ? option.choices.map(({ id }) => id) : [],
);
const files = stacks
  .flatMap((stack) => readStack(stack).layers)
  .flatMap((layer) => [...layer.files.values()])
  .map(({ template, content, rendered }) => ({
    template,
    rendered,
    text: Buffer.from(content).toString("utf8"),
  }));

describe("law 2: a layer is in or out", () => {
  test("there are templates to look at", () => {
    expect(files.filter(({ rendered }) => rendered).length).toBeGreaterThan(3);
    expect(files.filter(({ rendered }) => !rendered).length).toBeGreaterThan(30);
  });

  test.each(files.filter(({ rendered }) => rendered))("$template loops and prints", ({ text }) => {
    expect(() => checkTemplate(text)).not.toThrow();
    expect(text).toContain("<%");
  });

  test.each(files.filter(({ rendered }) => !rendered))("$template has no tag", ({ text }) => {
    expect(text).not.toMatch(/<%[=_#-]/);
  });
});
