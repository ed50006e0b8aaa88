import { describe, expect, test } from "vitest";
import { bitsOf, type Counted } from "../../src/life/check/check.ts";
import { verdicts } from "../../src/life/check/finding.ts";
import { isMade, plainWords } from "../../src/life/check/switched-off.ts";
import { parsePolicy } from "../../src/options/preset.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import { checkedLines } from "../../src/project/checked.ts";
import { projectRecord } from "../../src/project/record.ts";
import { checkCell, type Edits, expectedOf, found, told, VERSION } from "../fixtures/checked.ts";
import { cellOf } from "../fixtures/matrix.ts";

const cell = cellOf(parseAnswers({}).selection);
const { plan, mutants, reader } = expectedOf(cell);
const TEST_API = "tests/test_api.py";
const PROOF = "test_every_private_route_answers_401_to_anonymous_callers";
const CONTROL = "weakened:closed-by-default";

const swap =
  (text: string, instead: string) =>
  (before: string): string =>
    before.replace(text, () => instead);
const appended =
  (more: string) =>
  (before: string): string =>
    `${before}\n${more}\n`;

/** Puts a decorator above the proof. */
const marked = (mark: string) => swap(`async def ${PROOF}`, `${mark}\nasync def ${PROOF}`);
/** Replaces the body of the proof. */
const withBody = (body: string) => (text: string) => {
  const start = text.indexOf(`async def ${PROOF}`);
  const end = text.indexOf("\nasync def ", start + 1);
  return `${text.slice(0, start)}async def ${PROOF}(service: Service) -> None:\n${body}\n\n${text.slice(end)}`;
};
/** What was the body of the proof, below something else. */
const wrapped =
  (head: string, tail = "") =>
  (text: string) => {
    const start = text.indexOf("\n", text.indexOf(`async def ${PROOF}`)) + 1;
    const end = text.indexOf("\n\n\n", start);
    const body = text.slice(start, end).replace(/^/gm, "    ");
    return `${text.slice(0, start)}    ${head}\n${body}\n${tail}${text.slice(end)}`;
  };
const dropped = (name: string) => (text: string) => text.replaceAll(name, `not_${name}`);

describe("a proof that was silenced", () => {
  test.each<[string, Edits]>([
    ["deleted", { [TEST_API]: undefined }],
    ["renamed", { [TEST_API]: dropped(PROOF) }],
    ["skipped", { [TEST_API]: marked("@pytest.mark.skip") }],
    ["skipped for a reason", { [TEST_API]: marked('@pytest.mark.skip(reason="flaky")') }],
    ["skipped if", { [TEST_API]: marked('@pytest.mark.skipif(True, reason="later")') }],
    ["expected to fail", { [TEST_API]: marked("@pytest.mark.xfail(strict=False)") }],
    ["skipped by unittest", { [TEST_API]: marked("@unittest.skip") }],
    ["a fixture", { [TEST_API]: marked("@pytest.fixture") }],
    [
      "skipped by an alias",
      {
        [TEST_API]: (text) =>
          marked("@later")(
            appended("")(swap("\nPUBLIC =", "\nlater = pytest.mark.skip\nPUBLIC =")(text)),
          ),
      },
    ],
    [
      "skipped by an imported mark",
      {
        [TEST_API]: marked("@later"),
        "tests/support/marks.py": "import pytest\n\nlater = pytest.mark.skipif(True, reason='x')\n",
      },
    ],
    ["without parameters", { [TEST_API]: marked('@pytest.mark.parametrize("n", [])') }],
    [
      "skipped with the module",
      { [TEST_API]: swap("\nPUBLIC =", "\npytestmark = [pytest.mark.skip]\nPUBLIC =") },
    ],
    [
      "skipped while the module loads",
      { [TEST_API]: swap("\nPUBLIC =", '\npytest.skip("x", allow_module_level=True)\nPUBLIC =') },
    ],
    [
      "skipped where a module is missing",
      { [TEST_API]: swap("\nPUBLIC =", '\npytest.importorskip("nothing")\nPUBLIC =') },
    ],
    ["replaced", { [TEST_API]: appended(`${PROOF} = None`) }],
    ["deleted after", { [TEST_API]: appended(`del ${PROOF}`) }],
    ["defined again", { [TEST_API]: appended(`def ${PROOF}() -> None:\n    pass`) }],
    [
      "below a condition",
      { [TEST_API]: swap(`async def ${PROOF}`, `if False:\n  async def ${PROOF}`) },
    ],
    [
      "commented out",
      {
        [TEST_API]: (text) =>
          text.replace(new RegExp(`async def ${PROOF}[\\s\\S]*?\\n\\n\\n`), (body) =>
            body.replace(/^/gm, "# "),
          ),
      },
    ],
    [
      "in a string",
      {
        [TEST_API]: (text) =>
          text.replace(
            new RegExp(`async def ${PROOF}[\\s\\S]*?\\n\\n\\n`),
            (body) => `"""\n${body}\n"""\n`,
          ),
      },
    ],
    ["empty", { [TEST_API]: withBody("    pass") }],
    ["dots", { [TEST_API]: withBody("    ...") }],
    ["a docstring", { [TEST_API]: withBody('    """Nothing."""') }],
    ["true", { [TEST_API]: withBody("    assert True") }],
    ["a tuple", { [TEST_API]: withBody('    assert (service is None, "always true")') }],
    ["true or", { [TEST_API]: withBody("    assert service is None or True") }],
    [
      "without assertions",
      { [TEST_API]: withBody('    await service.client.request("GET", "/")') },
    ],
    ["left early", { [TEST_API]: wrapped("return\n    if True:") }],
    ["skipped inside", { [TEST_API]: wrapped('pytest.skip("x")\n    if True:') }],
    ["never run", { [TEST_API]: wrapped("if False:") }],
    ["swallowed", { [TEST_API]: wrapped("try:", "    except Exception:\n        pass") }],
    ["suppressed", { [TEST_API]: wrapped("with contextlib.suppress(AssertionError):") }],
    [
      "deselected by name",
      { "pyproject.toml": swap('addopts = "', `addopts = "-k 'not anonymous_callers' `) },
    ],
    [
      "deselected by id",
      { "pyproject.toml": swap('addopts = "', `addopts = "--deselect=${TEST_API}::${PROOF} `) },
    ],
    ["ignored", { "pyproject.toml": swap('addopts = "', `addopts = "--ignore=${TEST_API} `) }],
    [
      "outside of the paths",
      { "pyproject.toml": swap('testpaths = ["tests"]', 'testpaths = ["tests/auth"]') },
    ],
    [
      "of another name",
      {
        "pyproject.toml": swap(
          'testpaths = ["tests"]',
          'testpaths = ["tests"]\npython_functions = ["check_*"]',
        ),
      },
    ],
    [
      "in a file of another name",
      {
        "pyproject.toml": swap(
          'testpaths = ["tests"]',
          'testpaths = ["tests"]\npython_files = ["check_*.py"]',
        ),
      },
    ],
    ["deselected by a file that wins", { "pytest.ini": "[pytest]\naddopts = -k only_mine\n" }],
    [
      "left out by a hook",
      {
        "tests/conftest.py": appended(
          "def pytest_collection_modifyitems(items):\n    items[:] = []",
        ),
      },
    ],
    [
      "skipped by a hook",
      {
        "tests/conftest.py": appended(
          "def pytest_collection_modifyitems(items):\n    for item in items:\n        item.add_marker(pytest.mark.skip)",
        ),
      },
    ],
    ["ignored by a hook", { "tests/conftest.py": appended('collect_ignore = ["test_api.py"]') }],
    [
      "ignored by a pattern",
      { "tests/conftest.py": appended('collect_ignore_glob = ["test_a*"]') },
    ],
    [
      "skipped by a fixture",
      {
        "tests/conftest.py": appended(
          '@pytest.fixture(autouse=True)\ndef later() -> None:\n    pytest.skip("x")',
        ),
      },
    ],
    [
      "run by nothing",
      { "tests/conftest.py": appended("def pytest_pyfunc_call(pyfuncitem):\n    return True") },
    ],
  ])("%s", (_, edits) => {
    expect(found(checkCell(cell, edits))).toContain(CONTROL);
  });

  test("each proof that is skipped is named, with its control", { timeout: 60_000 }, () => {
    const edits = Object.fromEntries(
      plan.controls.map(({ test: proof }) => [
        proof.split("::", 1)[0] ?? "",
        (text: string) =>
          text.replace(/^( *)((?:async )?def test_)/gm, "$1@pytest.mark.skip\n$1$2"),
      ]),
    );
    const named = new Set(found(checkCell(cell, edits)));
    const missed = plan.controls.filter(({ id }) => !named.has(`weakened:${id}`));
    expect(missed).toEqual([]);
  });
});

describe("a control that was switched off", () => {
  test("each mutant is found, formatted otherwise too", { timeout: 60_000 }, () => {
    expect(mutants.length).toBeGreaterThan(100);
    const missed = mutants.filter((mutant) => {
      const { file, text, instead } = mutant;
      const then = cell.texts.get(file) ?? "";
      const own = swap(
        text,
        instead,
      )(then)
        .replace(/\(\n +/g, "(")
        .replace(/,\n +\)/g, ")");
      const words = file.endsWith(reader.extension) ? reader.words : plainWords;
      return isMade(mutant, then, then, words) || !isMade(mutant, then, own, words);
    });
    expect(missed.map(({ control, id }) => `${control}/${id}`)).toEqual([]);
  });

  test("one of them is named by its control", () => {
    const names = new Map(mutants.map((mutant) => [mutant.control, mutant]));
    const some = [...names.values()].filter((_, index) => index % 10 === 0);
    for (const { control, file, text, instead } of some) {
      const said = found(checkCell(cell, { [file]: swap(text, instead) }));
      expect(said).toContain(`weakened:${control}`);
    }
  });

  test("its file is another of the same name", () => {
    const file = "app/security/headers.py";
    const stub = `"""Headers."""

from starlette.types import ASGIApp, Receive, Scope, Send


class SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
`;
    const binary = "\u0000\u0001\uFFFD\uFFFD word other\u0000 more";
    for (const text of [stub, binary]) {
      expect(told(checkCell(cell, { [file]: text }))).toContainEqual(
        expect.stringMatching(/^weakened:headers: Nearly nothing is left/),
      );
    }
    const rendered = cell.texts.get(file) ?? "";
    const moved = { [file]: "from .own import A, B, C\n", "app/security/own.py": `\n${rendered}` };
    expect(found(checkCell(cell, moved))).not.toContain("weakened:headers");
  });

  test("its file is gone, or empty", () => {
    const file = "app/security/headers.py";
    expect(found(checkCell(cell, { [file]: undefined }))).toEqual(
      expect.arrayContaining([`missing:${file}`, "weakened:headers"]),
    );
    expect(found(checkCell(cell, { [file]: '"""Nothing."""\n' }))).toContain("weakened:headers");
  });
});

const SETTINGS = "app/settings/model.py";

describe("a rule of a setting that was loosened", () => {
  test.each<[string, string, string]>([
    ["PASSWORD_MIN_LENGTH", "Field(ge=8, le=64)", "Field(ge=1, le=64)"],
    ["PASSWORD_MIN_LENGTH", "Annotated[int, Field(ge=8, le=64)] = 12", "int = 12"],
    ["PASSWORD_MIN_LENGTH", "Field(ge=8, le=64)", "Field(gt=6, le=64)"],
    ["ACCESS_TOKEN_TTL_SECONDS", "Field(ge=60, le=3600)", "Field(ge=60, le=36_000_000)"],
    ["ACCESS_TOKEN_TTL_SECONDS", "Field(ge=60, le=3600)", "Field(ge=60)"],
    ["JWT_ALGORITHM", 'Literal["HS256"]', 'Literal["HS256", "none"]'],
    ["JWT_ALGORITHM", 'Annotated[Literal["HS256"], AnyCase]', "str"],
    ["SECRET_KEY", "secret_key: Secret", "secret_key: str"],
    ["SECRET_KEY", "secret_key: Secret\n", 'secret_key: Secret = Field(default="0000")\n'],
    ["DEBUG", "debug: Annotated[bool, OffInProduction] = False", "debug: bool = False"],
    ["CORS_ORIGINS", "Annotated[Origins, RequiredInProduction]", "Origins"],
    [
      "CORS_ORIGINS",
      "Annotated[Origins, RequiredInProduction]",
      "Annotated[list[str], RequiredInProduction]",
    ],
    ["MAIL_BACKEND", 'Discouraged("console", "file")', 'Discouraged("console")'],
    ["RATE_LIMIT_ENABLED", "rate_limit_enabled: bool = True", "rate_limit_enabled: bool = False"],
    ["RATE_LIMIT_AUTH", 'default="5/minute"', 'default="500/second"'],
    ["PASSWORD_MIN_LENGTH", "le=64)] = 12", "le=64)] = 8"],
    ["ENVIRONMENT", '= (\n        "production"\n    )', '= "development"'],
  ])("%s: %s → %s", (setting, text, instead) => {
    const said = told(checkCell(cell, { [SETTINGS]: swap(text, instead) }));
    expect(said.some((one) => one.startsWith(`weakened:${setting}: `))).toBe(true);
  });

  test.each<[string, string]>([
    ["Field(ge=8, le=64)", "Field(ge=15, le=64)"],
    ["Field(ge=8, le=64)", "Field(\n        le=64,\n        ge=8,\n    )"],
    ["le=64)] = 12", "le=64)] = 16"],
    [
      "port: Annotated[int, Field(ge=1, le=65535)] = 8000",
      "port: Annotated[int, Field(ge=1024, le=65535)] = 9000",
    ],
    ['default="5/minute"', 'default="2/minute"'],
    ['app_name: Text = "my-api"', 'app_name: Text = "orders"'],
    ["secret_key: Secret\n", "secret_key: Secret\n    payment_url: str = ''\n    pool: int = 3\n"],
    ["field_encryption_keys: EncryptionKeys", "field_encryption_keys: OurStrictKeys"],
  ])("not: %s → %s", (text, instead) => {
    expect(told(checkCell(cell, { [SETTINGS]: swap(text, instead) }))).toEqual([]);
  });
});

const NOTES = "app/notes/routes.py";
const USERS = "app/users/routes.py";
const HEALTH = "app/health/routes.py";

describe("a route without a permission", () => {
  test.each<[string, string, string, string]>([
    [
      "GET /notes",
      NOTES,
      "response_model=NotePage, dependencies=[MayRead])",
      "response_model=NotePage)",
    ],
    [
      "GET /users",
      USERS,
      "dependencies=[Depends(require(Permission.USERS_READ))])\nasync def list",
      ")\nasync def list",
    ],
    [
      "DELETE /users/me",
      USERS,
      "[MayLeave, ChangesAccounts, TellsOwner]",
      "[ChangesAccounts, TellsOwner]",
    ],
    [
      "POST /notes",
      NOTES,
      "MayWrite = Depends(require(Permission.NOTES_WRITE))",
      "MayWrite = Depends(lambda: None)",
    ],
    [
      "GET /health/debug",
      HEALTH,
      '@router.get("/ready"',
      '@router.get("/debug", dependencies=[Depends(signed_in)])\nasync def debug() -> None:\n    """All."""\n\n\n@router.get("/ready"',
    ],
    [
      "GET /users/all",
      USERS,
      '@router.get(\n    "/export"',
      '@router.get("/all")\nasync def all_users() -> None:\n    """All."""\n\n\n@router.get(\n    "/export"',
    ],
    [
      "GET /health/debug",
      HEALTH,
      '@router.get("/ready"',
      '@router.get("/debug")\nasync def debug() -> None:\n    """All."""\n\n\n@router.get("/ready"',
    ],
  ])("%s", (route, file, text, instead) => {
    const said = found(
      checkCell(cell, { [file]: (before) => swap(text, instead)(before).replace(", )", ")") }),
    );
    expect(said.filter((one) => one.startsWith("weakened:") && one.includes("/"))).toContain(
      `weakened:${route}`,
    );
  });
});

test("what routes ask for cannot be overridden", () => {
  const edits = {
    "app/main.py": appended("app.dependency_overrides[current_principal] = lambda: None"),
  };
  expect(found(checkCell(cell, edits))).toContain("weakened:app/main.py dependency_overrides");
});

describe("what a team does with its project", () => {
  const resource = {
    "app/projects/routes.py": `"""Projects."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.auth.dependencies import require as asks
from app.auth import dependencies
from app.auth.permissions import Permission
from app.projects.rights import MayEdit, can_read

router = APIRouter(prefix="/projects")
admin = APIRouter(prefix="/projects", dependencies=[Depends(asks(Permission.USERS_READ))])


@router.get("")
async def list_projects(_: Annotated[None, Depends(asks(Permission.NOTES_READ))]) -> None:
    pass


@router.post("", dependencies=[MayEdit])
async def make() -> None:
    pass


@router.get("/{project_id}", dependencies=[Depends(can_read)])
async def read() -> None:
    pass


@router.patch("/{project_id}", dependencies=[Depends(dependencies.require(Permission.NOTES_WRITE))])
async def change() -> None:
    pass


@admin.delete("/{project_id}")
async def delete() -> None:
    pass
`,
    "app/projects/rights.py": `from fastapi import Depends

from app.auth.dependencies import CurrentPrincipal, Requirement, check_permission, require
from app.auth.permissions import Permission


class Recent(Requirement):
    """Asks for more."""


MayEdit = Depends(Recent(Permission.NOTES_WRITE))


async def can_read(principal: CurrentPrincipal) -> None:
    await check_permission(principal, None, Permission.NOTES_READ)
`,
    "app/api.py": (text: string) =>
      text
        .replace(
          "from app.notes.routes",
          "from app.projects.routes import admin as project_admin\nfrom app.projects.routes import router as projects\nfrom app.notes.routes",
        )
        .replace(
          "    private.include_router(notes)",
          "    private.include_router(notes)\n    private.include_router(projects)\n    private.include_router(project_admin)",
        ),
  };

  test.each<[string, Edits]>([
    ["adds a resource with permissions", resource],
    [
      "adds a public route, and says so in the tests",
      {
        [HEALTH]: swap(
          '@router.get("/ready"',
          '@router.get("/version")\nasync def version() -> None:\n    """All."""\n\n\n@router.get("/ready"',
        ),
        [TEST_API]: swap(
          '("GET", "/health/ready")}',
          '("GET", "/health/ready"), ("GET", "/health/version")}',
        ),
      },
    ],
    [
      "adds slow tests that are not always run",
      {
        "pyproject.toml": swap('addopts = "', `addopts = "-m 'not slow' `),
        "tests/test_slow.py":
          "import pytest\n\n\n@pytest.mark.slow\ndef test_slow() -> None:\n    pytest.skip('x')\n",
        "tests/conftest.py": appended(
          'def pytest_collection_modifyitems(config, items):\n    for item in items:\n        if "slow" in item.keywords:\n            item.add_marker(pytest.mark.skip(reason="slow"))',
        ),
      },
    ],
    [
      "adds assertions to a proof",
      {
        [TEST_API]: swap(
          "    assert len(private) >= 9",
          "    assert len(private) >= 12\n    assert private",
        ),
      },
    ],
    ["lets a helper assert", { [TEST_API]: withBody("    await assert_private(service)") }],
    [
      "names a test of its own like a mark",
      { "tests/test_skipping.py": "def test_skip() -> None:\n    assert 1 == 1\n" },
    ],
    [
      "edits documents and the container",
      { "README.md": "# Ours\n", Dockerfile: "FROM scratch\n" },
    ],
    [
      "adds the package of a tool",
      {
        "pyproject.toml": swap(
          "[tool.ruff]",
          '[tool.other]\naddopts = "-k nothing"\n\n[tool.ruff]',
        ),
      },
    ],
  ])("%s", (_, edits) => {
    expect(told(checkCell(cell, edits))).toEqual([]);
  });

  test("formats everything otherwise", () => {
    const files = new Map(
      [...cell.texts].map(([path, text]) => [
        path,
        path.endsWith(".py")
          ? text
              .replace(/\(\n +/g, "(")
              .replace(/,\n {4}\)/g, ")")
              .replace(/^( +)/gm, "$1$1")
              .replaceAll("\n", "\r\n")
          : text,
      ]),
    );
    expect(told(checkCell(cell, files))).toEqual([]);
  });

  test("only has other line ends: nothing is edited", () => {
    const files = new Map(
      [...cell.texts].map(([path, text]) => [path, text.replaceAll("\n", "\r\n")]),
    );
    expect(checkCell(cell, files).findings).toEqual([]);
  });

  test("renames the service's package", () => {
    const files = new Map(
      [...cell.texts].map(([path, text]) => [
        path.replace(/^app\//, "orders/"),
        text
          .replace(/\bapp\.(?=[a-z_]+)/g, "orders.")
          .replace(/^from app import/gm, "from orders import"),
      ]),
    );
    expect(told(checkCell(cell, files)).slice(0, 5)).toEqual([]);
  });

  test("renames a module, and moves a test", () => {
    const files = new Map(
      [...cell.texts].map(([path, text]) => [
        path
          .replace("app/security/limits.py", "app/security/bounds.py")
          .replace("tests/test_api.py", "tests/routes/test_api.py"),
        text.replaceAll("app.security.limits", "app.security.bounds"),
      ]),
    );
    expect(told(checkCell(cell, files))).toEqual([]);
  });

  test("removes the example as the README says", () => {
    const kept = new Map([...cell.texts].filter(([path]) => !/^(?:app|tests)\/notes\//.test(path)));
    const names = /\bnotes?\b|note\.|Note[A-Z]|NOTES_/i;
    const files = new Map(
      [...kept].map(([path, text]) => [
        path,
        path.startsWith("app/")
          ? text
              .split("\n")
              .filter((line) => !names.test(line))
              .join("\n")
          : text,
      ]),
    );
    expect(told(checkCell(cell, files))).toEqual([]);
  });
});

describe("what is outdated, edited and missing", () => {
  const older = { record: projectRecord("0.9.0", parseAnswers({}), cell.project) };

  test("an older version is outdated, and says nothing false", () => {
    expect(found(checkCell(cell, {}, older))).toEqual(["outdated:0.9.0"]);
    const edits = { [SETTINGS]: swap("Field(ge=8, le=64)", "Field(ge=1, le=64)") };
    const { findings, notes } = checkCell(cell, edits, older);
    expect(findings.map(({ finding }) => finding.verdict)).toEqual(["outdated", "edited"]);
    expect(notes.join(" ")).toContain("npx create-secure-api@0.9.0 check");
  });

  test("what lies between is told, with each fix of security", () => {
    const release = {
      version: "1.0.0",
      date: "2027-01-01",
      changes: [{ text: "Something else." }],
      fixes: [{ text: "A fault is gone." }],
    };
    const checked = checkCell(cell, {}, { ...older, releases: [release] });
    const counted = Object.fromEntries(verdicts.map(({ id, counts }) => [id, counts])) as Counted;
    const lines = checkedLines(checked, counted, "orders");
    expect(lines).toContain("  1.0.0: 1 changes, 1 fixes of security");
    expect(lines).toContain("    A fault is gone.");
  });

  test("a proof that is skipped is weakened in any version", () => {
    const edits = { [TEST_API]: marked("@pytest.mark.skip") };
    expect(found(checkCell(cell, edits, older))).toContain(CONTROL);
  });

  test("a control that the record does not know is no weaker", () => {
    const { sha256: _, files, ...rest } = older.record;
    const { "app/security/headers.py": gone, ...fewer } = files;
    expect(gone).toBeDefined();
    const said = checkCell(
      cell,
      { "app/security/headers.py": undefined },
      { record: { ...rest, files: fewer } },
    );
    expect(found(said)).toEqual(["outdated:0.9.0"]);
  });

  test("files are told apart", () => {
    const { findings } = checkCell(cell, { "README.md": "x", "docs/proxies.md": undefined });
    expect(findings.map(({ finding: { verdict, path } }) => [verdict, path])).toEqual([
      ["edited", "README.md"],
      ["missing", "docs/proxies.md"],
    ]);
  });

  test("each verdict has its bit, and its switch", () => {
    const all = Object.fromEntries(verdicts.map(({ id }) => [id, true])) as Parameters<
      typeof bitsOf
    >[1];
    const checked = checkCell(
      cell,
      { "README.md": "x", "docs/proxies.md": undefined, [TEST_API]: undefined },
      older,
    );
    expect(bitsOf(checked, all)).toBe(4 + 8 + 16 + 32);
    expect(bitsOf(checked, { ...all, edited: false, weakened: false })).toBe(4 + 16);
    expect(bitsOf(checkCell(cell), all)).toBe(0);
  });
});

describe("waivers", () => {
  const edits = { "docs/proxies.md": undefined, [TEST_API]: undefined };
  const waiver = {
    id: "W-1",
    of: "missing:docs/proxies.md",
    owner: "team@example.com",
    reason: "It is in our handbook.",
    expires: "2027-03-01",
  };
  const waived = (changed: object, more: object = {}) =>
    checkCell(cell, edits, {
      waivers: JSON.stringify({ waivers: [{ ...waiver, ...changed }] }),
      ...more,
    });

  test("one takes its finding out of the count, and stays listed", () => {
    const checked = waived({});
    expect(found(checked)).not.toContain(waiver.of);
    expect(checked.findings.some(({ waiver: by }) => by?.id === "W-1")).toBe(true);
    expect(checked.notes).toEqual([]);
  });

  test.each<[object, string]>([
    [{ expires: "2027-01-14" }, "It expired on 2027-01-14."],
    [{ expires: "2028-03-01" }, "more than a year"],
    [{ expires: "2027-02-29" }, "expires must be a date"],
    [{ owner: " " }, "owner must not be empty"],
    [{ owner: undefined }, "owner must be text"],
    [{ reason: "a\nb" }, "reason must be one line"],
    [{ ticket: "X-1" }, "There is no key 'ticket'."],
    [{ of: "outdated:0.9.0" }, "cannot be waived"],
    [{ id: "../x" }, "id must be letters"],
  ])("%j holds nothing: %s", (changed, said) => {
    const checked = waived(changed);
    expect(found(checked)).toContain("missing:docs/proxies.md");
    expect(checked.notes.join("\n")).toContain(said);
  });

  test.each(["{", "[]", '{"waivers": [], "all": true}'])(
    "a file that is %s holds nothing, and is said",
    (text) => {
      const { notes } = checkCell(cell, {}, { waivers: text });
      expect(notes).toHaveLength(1);
    },
  );

  test("it holds on its last day", () => {
    expect(found(waived({ expires: "2027-01-15" }))).not.toContain(waiver.of);
  });

  test("one that nothing needs is told", () => {
    const { notes } = waived({ of: "missing:README.md" });
    expect(notes).toEqual(["The waiver W-1 of missing:README.md is not needed any more."]);
  });

  test.each(["missing", "missing:docs/proxies.md"])("a preset forbids waivers of %s", (of) => {
    const policy = parsePolicy(
      JSON.stringify({
        name: "acme",
        version: "1.0.0",
        organisation: "Acme",
        unwaivable: { [of]: "Acme keeps its documents." },
      }),
      "preset.json",
    );
    const checked = waived({}, { policy });
    expect(found(checked)).toContain(waiver.of);
    expect(checked.notes.join("\n")).toContain("Acme keeps its documents.");
  });
});

describe("the policy of a preset", () => {
  const policy = parsePolicy(
    JSON.stringify({
      name: "acme",
      version: "2.0.0",
      organisation: "Acme",
      locked: { state: { choice: "redis", reason: "Counters are shared." } },
      settings: { AUDIT_RETENTION_DAYS: { min: 730, reason: "Two years." } },
    }),
    "preset.json",
  );

  test("a floor that is broken is weakened", () => {
    expect(found(checkCell(cell, {}, { policy }))).toEqual([
      "weakened:policy/state",
      "weakened:policy/AUDIT_RETENTION_DAYS",
    ]);
    const kept = checkCell(
      cell,
      { [SETTINGS]: swap("Field(ge=1, le=36500)", "Field(ge=730, le=36500)") },
      { policy },
    );
    expect(found(kept)).toEqual(["weakened:policy/state"]);
  });

  test("without the preset, it is said that its policy was not checked", () => {
    const preset = { name: "acme", version: "1.0.0", hash: "0".repeat(64) };
    const record = projectRecord(VERSION, parseAnswers({}), cell.project, preset);
    expect(checkCell(cell, {}, { record }).notes).toEqual([
      "The policy of acme 1.0.0 was not checked: add --preset.",
    ]);
    expect(checkCell(cell, {}, { record, policy }).notes).toEqual([
      "It was made with acme 1.0.0, and is checked with acme 2.0.0.",
    ]);
  });
});
