import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { coveringSelections } from "../../src/options/matrix.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import type { Answers, Catalogue } from "../../src/options/types.ts";
import { packageRoot } from "../../src/package-root.ts";
import { plan } from "../../src/plan/plan.ts";
import { readStack } from "../../src/plan/read-stack.ts";
import { render } from "../../src/render/render.ts";
import { counting } from "../fixtures/stack.ts";

// The whole of a new option and of a new choice of an old one: catalogue entries, folders, pins.
const entries: Catalogue = [
  ...catalogue.map((option) =>
    option.kind === "choice" && option.id === "state"
      ? {
          ...option,
          choices: [...option.choices, { id: "shelf", label: "Shelf", hint: "on disk" }],
        }
      : option,
  ),
  {
    kind: "choice",
    id: "search",
    label: "Search",
    hint: "how notes are found",
    default: "none",
    choices: [
      { id: "none", label: "None", hint: "no search", bare: true },
      { id: "index", label: "Index", hint: "a search server" },
    ],
  },
];
const pins = "searchkit==1.2.3\nshelfkit==4.5.6\n";
const manifest = {
  dependencies: { runtime: ["searchkit[async]"] },
  settings: [
    { name: "SEARCH_URL", group: "Search", kind: "url", default: null, doc: "The search server." },
  ],
};

const ours = packageRoot();
let root = "";

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "throw-away-"));
  for (const folder of ["templates", "src/versions"]) {
    cpSync(join(ours, folder), join(root, folder), { recursive: true });
  }
  const templates = join(root, "templates/fastapi");
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(templates, path)), { recursive: true });
    writeFileSync(join(templates, path), text);
  };
  appendFileSync(join(root, "src/versions/fastapi/requirements.txt"), pins);
  write("search=index/layer.json", JSON.stringify(manifest));
  write("search=index/app/search/client.py", "INDEX = 'notes'\n");
  cpSync(join(templates, "state=memory"), join(templates, "state=shelf"), { recursive: true });
  const old = join(templates, "state=memory/layer.json");
  const contributed: object = existsSync(old) ? JSON.parse(readFileSync(old, "utf8")) : {};
  const dependencies = { runtime: ["shelfkit"] };
  write("state=shelf/layer.json", JSON.stringify({ ...contributed, dependencies }));
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const tree = (
  answers: Answers,
  from: string,
  list: Catalogue,
): Readonly<Record<string, string>> => {
  const { layers, pins: pinned } = readStack("fastapi", list, from);
  const planned = plan(parseAnswers(answers, list), layers, pinned, list);
  return Object.fromEntries(
    render(planned, counting).files.map(({ path, content }) => [
      path,
      Buffer.from(content).toString("utf8"),
    ]),
  );
};

describe("adding a choice takes a catalogue entry, a folder and pins", () => {
  test("a new option brings its file, package and setting", () => {
    const without = tree({ search: "none" }, root, entries);
    const found = tree({ search: "index" }, root, entries);
    const { "app/search/client.py": client, ...rest } = found;
    expect(client).toBe("INDEX = 'notes'\n");
    expect(rest["pyproject.toml"]).toContain('"searchkit[async]==1.2.3"');
    expect(rest["app/settings/model.py"]).toContain("search_url: Url | None = None");
    expect(Object.keys(rest)).toEqual(Object.keys(without));
  });

  test("a new choice of an old option takes the place of its neighbour", () => {
    const found = tree({ state: "shelf" }, root, entries);
    expect(found["pyproject.toml"]).toContain('"shelfkit==4.5.6"');
    expect(Object.keys(found)).toEqual(Object.keys(tree({ state: "memory" }, root, entries)));
  });

  test.each(coveringSelections())("%j is what it was", (selection) => {
    expect(tree(selection, root, entries)).toEqual(tree(selection, ours, catalogue));
  });

  test("without its folder it is an error that says which one to make", () => {
    rmSync(join(root, "templates/fastapi/state=shelf"), { recursive: true });
    expect(() => tree({ state: "shelf" }, root, entries)).toThrow(
      "make the folder templates/fastapi/state=shelf/",
    );
  });
});
