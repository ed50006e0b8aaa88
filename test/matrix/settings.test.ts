import { expect, test } from "vitest";
import { everyCell, faultsIn } from "../fixtures/matrix.ts";

const cells = everyCell();

test("each setting is read by the service", () => {
  const faults = faultsIn(cells, ({ planned, texts }) => {
    const code = [...texts].filter(([path]) =>
      /^(?:app|migrations)\/(?!.*settings\/model)/.test(path),
    );
    const read = new Set(
      code.flatMap(([, text]) =>
        [...text.matchAll(/\.(\w+)|info\.data\.get\("(\w+)"\)/g)].flatMap(([, ...names]) => names),
      ),
    );
    return planned.settings.map(({ name }) => name).filter((name) => !read.has(name.toLowerCase()));
  });
  expect(faults).toEqual([]);
});
