import { expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { stackIds } from "../../src/options/resolve.ts";
import { packStack, unpackStack } from "../../src/plan/archive.ts";
import { readStack } from "../../src/plan/read-stack.ts";
import type { Stack } from "../../src/plan/types.ts";
import { layersOf } from "../fixtures/stack.ts";

const stack: Stack = {
  layers: layersOf({
    "base/app/x.py": "x = 1\n",
    "base/app/empty.py": "",
    "base/dot-github/dot-x/dot-ci.yml.ejs": "on: push\n",
    "base/README.md.ejs": "# <%= it.md(it.project.name) %>\n<%= it.part('run') %>\n",
    "base/layer.json": { needs: ["Snake 1"] },
    "orm=sqlalchemy/parts/README.md/run.md": "Größe: 1 µm",
  }),
  pins: {
    file: "requirements.txt",
    common: new Map([["web", "==1"]]),
    images: new Map([["base", "base:1@sha256:1"]]),
    actions: new Map([["a/b", "a/b@1 # v1"]]),
    instead: [{ file: "x", condition: [], pins: new Map([["web", "==2"]]) }],
  },
  toolchain: { tools: {}, otherwise: "Install it.", ways: [] as never },
};

test("what was packed is unpacked as it was", () => {
  expect(unpackStack(packStack(stack))).toEqual(stack);
});

test.each(stackIds(catalogue))("every template of %s is named as it lies", (id) => {
  const files = ({ layers }: Stack) =>
    layers.flatMap((layer) => [...layer.files.values()].map(({ content: _, ...file }) => file));
  const ours = readStack(id);
  expect(files(unpackStack(packStack(ours)))).toEqual(files(ours));
});

test("the bytes of a file are those of its own, wherever the archive lies in memory", () => {
  const packed = packStack(stack);
  const around = new Uint8Array(packed.length + 7);
  around.set(packed, 7);
  expect(unpackStack(around.subarray(7))).toEqual(stack);
});
