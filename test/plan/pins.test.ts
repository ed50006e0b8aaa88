import { describe, expect, test } from "vitest";
import { isPackage, parsePins, pinsFor } from "../../src/plan/pins.ts";
import { fixtureCatalogue } from "../fixtures/catalogue.ts";

describe("pins of a stack", () => {
  type Files = Readonly<Record<string, string>>;
  const entries = (files: Files) => Object.entries(files).map(([path, text]) => ({ path, text }));
  const pinned = (files: Files, shared: Files = {}) =>
    parsePins("snake", entries(files), fixtureCatalogue, entries(shared));
  const files = {
    "requirements.txt": "web==2.0\nkit==1.0\n",
    "hash=slow/requirements.txt": "web==1.9\n",
    "store=file+auth=key/requirements.txt": "kit>=0.9\n",
  };

  test("are the common ones, where no condition holds", () => {
    expect([...pinsFor(pinned(files), { hash: "slower", store: "file" })]).toEqual([
      ["web", "==2.0"],
      ["kit", "==1.0"],
    ]);
  });

  test("are those of the choice, where one does", () => {
    const pins = pinned(files);
    expect(pinsFor(pins, { hash: "slow" }).get("web")).toBe("==1.9");
    expect(pinsFor(pins, { hash: "slow" }).get("kit")).toBe("==1.0");
    expect(pinsFor(pins, { store: "file", auth: "key" }).get("kit")).toBe(">=0.9");
    expect(pins.common.get("web")).toBe("==2.0");
  });

  const image = `FROM a.example/b/c:1.2-x@sha256:${"0f".repeat(32)} AS c`;

  test("name images as a Dockerfile does", () => {
    const { images } = pinned({ ...files, Dockerfile: `# Pins.\n${image}\n` });
    expect([...images]).toEqual([["c", image.slice(5, -5)]]);
    expect([...pinned(files).images]).toEqual([]);
  });

  test("come with those of every stack, and pin none of them again", () => {
    const other = image.replace(/c$/, "d");
    const { images } = pinned({ ...files, Dockerfile: image }, { Dockerfile: other });
    expect([...images.keys()]).toEqual(["d", "c"]);
    expect(() => pinned({ ...files, Dockerfile: image }, { Dockerfile: image })).toThrow(
      "src/versions/snake/Dockerfile: src/versions/shared/Dockerfile pins 'c' already",
    );
  });

  test.each([
    [image.replace(/@\S+/, ""), "line 1: 'FROM a.example/b/c:1.2-x AS c' is no 'FROM image:tag@"],
    [image.replace(":1.2-x", ""), "is no 'FROM image:tag@sha256:… AS name'"],
    [`${image}\n${image}`, "src/versions/snake/Dockerfile: line 2: 'c' is pinned twice"],
  ])("refuses the image %j", (text, message) => {
    expect(() => pinned({ ...files, Dockerfile: text })).toThrow(message);
  });

  const action = `    - uses: a/b.c@${"0f".repeat(20)} # v1.2.3`;
  const composite = `# Pins.\nname: actions\nruns:\n  using: composite\n  steps:\n${action}\n`;

  test("name actions as the steps of one do", () => {
    const { actions } = pinned({ ...files, "action.yml": composite });
    expect([...actions]).toEqual([["a/b.c", action.slice(12)]]);
    expect([...pinned(files).actions]).toEqual([]);
  });

  test.each([
    [action.replace(/ #.*/, ""), "is no '- uses: owner/name@commit # tag'"],
    [action.replace(/@\w+/, "@v1"), "line 1: '- uses: a/b.c@v1 # v1.2.3' is no"],
    [`${action}\n${action}`, "src/versions/snake/action.yml: line 2: 'a/b.c' is pinned twice"],
  ])("refuses the action %j", (text, message) => {
    expect(() => pinned({ ...files, "action.yml": text })).toThrow(message);
  });

  test("are replaced by one file alone", () => {
    const twice = pinned({ ...files, "auth=password/requirements.txt": "Web==1.8\n" });
    expect(() => pinsFor(twice, { hash: "slow", auth: "key" })).not.toThrow();
    expect(() => pinsFor(twice, { hash: "slow", auth: "password" })).toThrow(
      "'web' is pinned by src/versions/snake/hash=slow/requirements.txt and by " +
        "src/versions/snake/auth=password/requirements.txt; leave it to one.",
    );
  });

  test.each([
    ["hash=slow/requirements.txt", "wbe==1.9", "'wbe==1.9' replaces no pin of the stack's own"],
    ["hash=slow/requirements.txt", "web==2.0", "'web==2.0' is the same as one of the stack's own"],
    ["hash=slow/requirements.txt", "# none", "it pins nothing; delete it"],
    ["hash=slow/requirements.txt", "web", "line 1: 'web' is no 'name==version'"],
    ["hash=slwo/requirements.txt", "web==1", "the option 'hash' has no choice 'slwo'"],
    ["hash=slow/more/requirements.txt", "web==1", "move it"],
    ["hash=slow/constraints.txt", "web==1", "move it"],
  ])("refuse %s with %j", (path, text, message) => {
    const read = () => pinned({ "requirements.txt": "web==2.0\n", [path]: text });
    expect(read).toThrow(`src/versions/snake/${path}: `);
    expect(read).toThrow(message);
  });

  test("lie in the file of one ecosystem", () => {
    expect(() => pinned({})).toThrow(
      "src/versions/snake: its pins lie in one file, requirements.txt or package.json; there is none",
    );
    const npm = JSON.stringify({ private: true, dependencies: { "@web/kit": "1.0.0" } });
    expect(() => pinned({ ...files, "package.json": npm })).toThrow("there are two");
    expect(() => pinned({ "package.json": npm, "hash=slow/requirements.txt": "web==1" })).toThrow(
      "src/versions/snake/hash=slow/requirements.txt: pins lie in package.json or <condition>/",
    );
  });

  test("are read by the rules of that ecosystem", () => {
    const npm = (dependencies: object) => JSON.stringify({ private: true, dependencies });
    const pins = pinned({
      "package.json": npm({ "@web/kit": "1.0.0", web: "2.0.0" }),
      "hash=slow/package.json": npm({ "@web/kit": "0.9.0" }),
    });
    expect([...pinsFor(pins, { hash: "slow" })]).toEqual([
      ["@web/kit", "0.9.0"],
      ["web", "2.0.0"],
    ]);
    expect(isPackage(pins, "@web/kit")).toBe(true);
    expect(isPackage(pins, "@Web/Kit")).toBe(false);
    expect(isPackage(pinned(files), "Web")).toBe(true);
    expect(() =>
      pinned({ "package.json": npm({}), "hash=slow/package.json": npm({ web: "1.0.0" }) }),
    ).toThrow("'web@1.0.0' replaces no pin of the stack's own");
  });
});
