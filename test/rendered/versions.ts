import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../../src/package-root.ts";

/** Text that stands in a file once, and what stands there instead. */
type Edit = readonly [file: string, before: string, after: string];

const FIX = "# Ends a fault of security.";

/** What is only in the version before. */
const OLD = "base/docs/legacy.md";

const ACCOUNTS = "auth=jwt,opaque,session";

const added: Readonly<Record<string, string>> = {
  "base/app/security/lives.py":
    '"""How many lives a client has."""\n\nfrom app.settings import Settings\n\n\ndef lives(settings: Settings) -> int:\n    """Return how many lives a client has."""\n    return settings.life_times\n',
  "base/tests/security/test_lives.py":
    "from app.security.lives import lives\nfrom tests.support.service import settings_for\n\n\ndef test_a_client_has_lives(database_url: str) -> None:\n    assert lives(settings_for(database_url)) == 9\n",
  [`orm=sqlalchemy+${ACCOUNTS}/migrations/versions/0004_times.py`]: `"""An index on when accounts were made."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_users_created_at", "users", ["created_at"])


def downgrade() -> None:
    op.drop_index("ix_users_created_at", "users")
`,
  [`orm=tortoise+${ACCOUNTS}/migrations/0004_times.py`]: `"""An index on when accounts were made."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from app.database.fields import UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0003_credentials")]

    operations = [
        ops.AlterField(
            model_name="UserRow",
            name="created_at",
            field=UtcDatetimeField(db_index=True),
        ),
    ]
`,
};

const edits: readonly Edit[] = [
  // Fixes.
  [
    "base/app/security/headers.py",
    '    "Referrer-Policy": "no-referrer",\n',
    '    "Referrer-Policy": "no-referrer",\n    "X-Permitted-Cross-Domain-Policies": "none",\n',
  ],
  [
    "base/tests/security/test_headers.py",
    '    "referrer-policy": "no-referrer",\n',
    '    "referrer-policy": "no-referrer",\n    "x-permitted-cross-domain-policies": "none",\n',
  ],
  [
    "base/app/security/headers.py",
    "    headers = dict(_ALWAYS)\n",
    `    ${FIX}\n    headers = dict(_ALWAYS)\n`,
  ],
  [
    "base/app/pagination.py",
    "MAX_CURSOR_LENGTH: Final = 64\n",
    `${FIX}\nMAX_CURSOR_LENGTH: Final = 64\n`,
  ],
  // A change of the schema.
  [
    "orm=sqlalchemy/app/database/models.py",
    "    email_verified: Mapped[bool]\n    created_at: Mapped[datetime]\n",
    "    email_verified: Mapped[bool]\n    created_at: Mapped[datetime] = mapped_column(index=True)\n",
  ],
  [
    "orm=tortoise/app/database/models.py",
    "    email_verified = fields.BooleanField()\n    created_at = UtcDatetimeField()\n",
    "    email_verified = fields.BooleanField()\n    created_at = UtcDatetimeField(db_index=True)\n",
  ],
  // A setting.
  [
    "../shared/base/layer.json",
    '{"name": "APP_NAME",',
    '{"name": "LIFE_TIMES", "group": "Service", "kind": "int", "default": 9, "min": 1, "max": 99, "doc": "How many lives a client has."},\n    {"name": "APP_NAME",',
  ],
  // A file that moves.
  ["base/app/main.py.ejs", '"app.security_txt"', '"app.security.security_txt"'],
  [
    "base/tests/test_security_txt.py",
    "from app.security_txt import",
    "from app.security.security_txt import",
  ],
  // Documents.
  ["base/README.md.ejs", "## Deployment\n", "## Deployment\n\nRead this before each release.\n"],
];

const moved = ["base/app/security_txt.py", "base/app/security/security_txt.py"] as const;
/** Where the file that moves is named. */
const NAMED = ["base/layer.json", "base/mutants.json"];

/** Two versions of the package: folders with templates and pins. */
export const twoVersions = (): {
  readonly then: string;
  readonly now: string;
  readonly remove: () => void;
} => {
  const root = mkdtempSync(join(tmpdir(), "versions-"));
  const copy = (name: string): string => {
    for (const folder of ["templates", "src/versions"]) {
      cpSync(join(packageRoot(), folder), join(root, name, folder), { recursive: true });
    }
    return join(root, name);
  };
  const [then, now] = [copy("then"), copy("now")];
  write(then, OLD, "# What was\n\nThis goes away.\n");
  for (const [path, text] of Object.entries(added)) {
    write(now, path, text);
  }
  for (const [file, before, after] of edits) change(now, file, before, after);
  const [from, to] = moved;
  renameSync(at(now, from), at(now, to));
  for (const file of NAMED) {
    const text = readFileSync(at(now, file), "utf8");
    writeFileSync(
      at(now, file),
      text.replaceAll("app/security_txt.py", "app/security/security_txt.py"),
    );
  }
  return { then, now, remove: () => rmSync(root, { recursive: true, force: true }) };
};

const at = (root: string, path: string): string => join(root, "templates/fastapi", path);

const write = (root: string, path: string, text: string): void => {
  mkdirSync(dirname(at(root, path)), { recursive: true });
  writeFileSync(at(root, path), text, { flag: "wx" });
};

const change = (root: string, file: string, before: string, after: string): void => {
  const text = readFileSync(at(root, file), "utf8");
  if (text.split(before).length !== 2) throw new Error(`${file} does not have once: ${before}`);
  writeFileSync(
    at(root, file),
    text.replace(before, () => after),
  );
};
