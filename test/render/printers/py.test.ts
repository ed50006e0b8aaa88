import { describe, expect, test } from "vitest";
import { manifestSchema, type Setting } from "../../../src/plan/manifest.ts";
import { py } from "../../../src/render/printers/py.ts";

describe("py", () => {
  test.each([
    [null, "None"],
    [true, "True"],
    [-7, "-7"],
    ["plain", '"plain"'],
    ["it's", `"it's"`],
    ['say "hi"', `'say "hi"'`],
    [`it's "both"`, '"it\'s \\"both\\""'],
    ['"""', `'"""'`],
    ["a\\b\nc\td", '"a\\\\b\\nc\\td"'],
    ["\u0000\u2028\u202e", '"\\u0000\\u2028\\u202e"'],
    ["é 日本", '"é 日本"'],
    [["a", 1, null], '["a", 1, None]'],
    [{ a: [true] }, '{"a": [True]}'],
  ])("prints the literal of %j", (value, literal) => {
    expect(py(value).text).toBe(literal);
  });

  test.each(["", "1a", "a-b", "a b", "class", "None", "a\n", "é", "a.b"])(
    "refuses the name %j",
    (id) => {
      expect(() => py.name(id)).toThrow("is no Python name");
    },
  );

  test("prints names and modules", () => {
    expect(py.name("_a1").text).toBe("_a1");
    expect(py.module("app.users.routes").text).toBe("app.users.routes");
    expect(() => py.module("app..users")).toThrow("is no Python name");
    expect(() => py.module("app.import")).toThrow("is no Python name");
  });

  test.each([
    ["One line.", '"""One line."""'],
    ["Two\n\nlines.", '"""Two\n\nlines."""'],
    ['Say "hi" now', '"""Say "hi" now"""'],
    ['ends with "', '"""ends with \\""""'],
    ['""" + evil() + """', '"""\\"\\"" + evil() + \\"\\"\\""""'],
    ["back\\", '"""back\\\\"""'],
  ])("prints the docstring %j", (text, docstring) => {
    expect(py.docstring(text).text).toBe(docstring);
  });

  test("keeps a comment on its line", () => {
    expect(py.comment("It's # fine").text).toBe("It's # fine");
    for (const text of ["a\nb", "a\rb", "a\u2028b"]) expect(() => py.comment(text)).toThrow();
  });

  test("joins what is printed", () => {
    expect(py.join([py.name("a"), py("b")]).text).toBe('a, "b"');
  });
});

describe("py.imports", () => {
  test("merges, sorts as isort does, and prints each name once", () => {
    const records = [
      { module: "app.notes", name: "router", as: "notes" },
      { module: "app.errors", name: "documented" },
      { module: "app.errors", name: "BadRequest" },
      { module: "app.errors", name: "MAX" },
      { module: "app.errors", name: "Http10" },
      { module: "app.errors", name: "Http9" },
      { module: "app.errors", name: "BadRequest" },
      { module: "app.a10", name: "x" },
      { module: "app.a2", name: "x", as: "x" },
      { module: "app.notes", name: "Note" },
    ];
    expect(py.imports(records).text).toBe(
      [
        "from app.a2 import x",
        "from app.a10 import x",
        "from app.errors import MAX, BadRequest, Http9, Http10, documented",
        "from app.notes import Note",
        "from app.notes import router as notes",
      ].join("\n"),
    );
  });

  test("breaks a line that is too long", () => {
    const names = ["a", "b", "c"].map((letter) => letter.repeat(30));
    const records = names.map((name) => ({ module: "app.x", name }));
    expect(py.imports(records).text).toBe(
      `from app.x import (\n${names.map((name) => `    ${name},\n`).join("")})`,
    );
  });

  test.each([
    [{ module: "app; evil()", name: "x" }],
    [{ module: "app", name: "x, y" }],
    [{ module: "app", name: "x", as: "y\nevil()" }],
  ])("refuses %j", (record) => {
    expect(() => py.imports([record])).toThrow("is no Python name");
  });

  test("prints nothing for nothing", () => {
    expect(py.imports([]).text).toBe("");
  });
});

const setting = (rest: object): Setting => {
  const data = { name: "A_SETTING", group: "G", doc: "D.", ...rest };
  const [parsed] = manifestSchema.parse({ settings: [data] }).settings;
  if (parsed === undefined) throw new Error("no setting");
  return parsed;
};

describe("py.field", () => {
  test.each([
    [{ kind: "string" }, "a_setting: Text"],
    [
      { kind: "int", default: 9, min: 1, max: 9 },
      "a_setting: Annotated[int, Field(ge=1, le=9)] = 9",
    ],
    [{ kind: "duration", default: 9 }, "a_setting: int = 9"],
    [
      { kind: "int", min: 0, default: null },
      "a_setting: Annotated[int, Field(ge=0)] | None = None",
    ],
    [
      { kind: "bool", default: false, production: "off" },
      "a_setting: Annotated[bool, OffInProduction] = False",
    ],
    [
      { kind: "secret", production: "required" },
      "a_setting: Annotated[Secret, RequiredInProduction]",
    ],
    [
      { kind: "redis-url", default: null, production: "required" },
      "a_setting: Annotated[RedisUrl | None, RequiredInProduction] = None",
    ],
    [
      { kind: "enum", values: ["json", "console"], default: "json" },
      'a_setting: Annotated[Literal["json", "console"], AnyCase] = "json"',
    ],
    [
      { kind: "rate", default: "5/minute" },
      'a_setting: RateLimit = Field(default="5/minute", validate_default=True)',
    ],
    [
      { kind: "origins", default: "a,b", production: "required" },
      [
        "a_setting: Annotated[Origins, RequiredInProduction] = Field(",
        '        default="a,b", validate_default=True',
        "    )",
      ].join("\n"),
    ],
    [
      { kind: "int", name: "A".repeat(40), default: 9_000_000, min: 1_000_000, max: 9_000_000 },
      [
        `${"a".repeat(40)}: Annotated[int, Field(ge=1000000, le=9000000)] = (`,
        "        9000000",
        "    )",
      ].join("\n"),
    ],
    [
      { kind: "enum", values: ["x".repeat(33), "y".repeat(33)], default: null },
      [
        "a_setting: (",
        "        Annotated[",
        `            Literal["${"x".repeat(33)}", "${"y".repeat(33)}"],`,
        "            AnyCase,",
        "        ]",
        "        | None",
        "    ) = None",
      ].join("\n"),
    ],
  ])("prints %j", (rest, line) => {
    expect(py.field(setting(rest)).text).toBe(line);
  });

  test("annotates without the default", () => {
    expect(py.annotation(setting({ kind: "rate", default: "5/minute" })).text).toBe("RateLimit");
  });
});

describe("the imports of settings", () => {
  const settings = [
    setting({ kind: "secret", production: "required" }),
    setting({ kind: "bool", default: true, production: "off" }),
    setting({ kind: "hosts", default: "a" }),
    setting({ kind: "database-url" }),
    setting({ kind: "int" }),
    setting({ kind: "secret" }),
  ];

  test("name what the fields use, and nothing else", () => {
    expect(py.settingImports(settings, "app.settings").text).toBe(
      [
        "from app.settings.database_url import DatabaseUrl",
        "from app.settings.rules import OffInProduction, RequiredInProduction",
        "from app.settings.types import Hosts, Secret",
      ].join("\n"),
    );
    expect(py.typingImports(settings).text).toBe(
      "from typing import Annotated\n\nfrom pydantic import Field",
    );
  });

  test.each([
    [{ kind: "string" }, ""],
    [{ kind: "enum", values: ["a"] }, "from typing import Annotated, Literal"],
    [{ kind: "path", default: null }, "from pathlib import Path"],
    [{ kind: "string", default: "Literal Field" }, ""],
  ])("are the standard library's for %j", (rest, lines) => {
    expect(py.typingImports([setting(rest)]).text).toBe(lines);
  });
});
