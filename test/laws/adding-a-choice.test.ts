import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
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
import type { Answers, Catalogue, Choice } from "../../src/options/types.ts";
import { packageRoot } from "../../src/package-root.ts";
import { plan } from "../../src/plan/plan.ts";
import { readStack } from "../../src/plan/read-stack.ts";
import { render } from "../../src/render/render.ts";
import { counting } from "../fixtures/stack.ts";

const added: Readonly<Record<string, Choice>> = {
  state: { id: "shelf", label: "Shelf", hint: "on disk" },
  "framework-version": { id: "9.9", label: "9.9", hint: "to come" },
};
// The whole of a new option, and of a new choice and a new release of old ones: catalogue entries,
// folders, pins.
const entries: Catalogue = [
  ...catalogue.map((option) => {
    const choice = added[option.id];
    return option.kind === "choice" && choice !== undefined
      ? { ...option, choices: [...option.choices, choice] }
      : option;
  }),
  {
    kind: "choice",
    id: "search",
    label: "Search",
    hint: "how notes are found",
    question: "Which search does it use?",
    group: "Data",
    change: {},
    default: "none",
    choices: [
      { id: "none", label: "None", hint: "no search", bare: true },
      { id: "index", label: "Index", hint: "a search server" },
    ],
  },
];
const pins = "searchkit==1.2.3\nshelfkit==4.5.6\n";
const releasePins = "src/versions/fastapi/framework-version=9.9";
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
  for (const place of [templates, join(root, "templates/shared")]) {
    cpSync(join(place, "state=memory"), join(place, "state=shelf"), { recursive: true });
  }
  const old = join(templates, "state=memory/layer.json");
  const contributed: object = existsSync(old) ? JSON.parse(readFileSync(old, "utf8")) : {};
  const dependencies = { runtime: ["shelfkit"] };
  write("state=shelf/layer.json", JSON.stringify({ ...contributed, dependencies }));
  const newest = readdirSync(templates).find((name) => name.startsWith("framework-version=0.165"));
  cpSync(join(templates, newest ?? ""), join(templates, "framework-version=9.9"), {
    recursive: true,
  });
  mkdirSync(join(root, releasePins));
  writeFileSync(join(root, releasePins, "requirements.txt"), "fastapi==9.9.1\n");
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const tree = (
  answers: Answers,
  from: string,
  list: Catalogue,
): Readonly<Record<string, string>> => {
  const options = parseAnswers(answers, list);
  const { layers, pins: pinned } = readStack(String(options.selection.stack), list, from);
  const planned = plan(options, layers, pinned, list);
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

  test("a new release takes its own pins", () => {
    const { "pyproject.toml": project = "", ...rest } = tree(
      { "framework-version": "9.9" },
      root,
      entries,
    );
    const { "pyproject.toml": usual = "", ...others } = tree({}, root, entries);
    expect(project).toBe(usual.replace(/"fastapi==[\d.]+"/, '"fastapi==9.9.1"'));
    expect(rest).toEqual(others);
  });

  test.each(coveringSelections())("%j is what it was", (selection) => {
    expect(tree(selection, root, entries)).toEqual(tree(selection, ours, catalogue));
  });

  test("without its folder it is an error that says which one to make", () => {
    for (const place of ["fastapi", "shared"]) {
      rmSync(join(root, "templates", place, "state=shelf"), { recursive: true });
    }
    expect(() => tree({ state: "shelf" }, root, entries)).toThrow(
      "make the folder templates/fastapi/state=shelf/",
    );
  });

  test("a release without its pins is one too", () => {
    rmSync(join(root, releasePins), { recursive: true });
    expect(() => tree({ "framework-version": "9.9" }, root, entries)).toThrow(
      `make the file ${releasePins}/requirements.txt`,
    );
  });
});
