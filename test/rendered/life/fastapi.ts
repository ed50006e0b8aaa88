import { runTests } from "../fastapi.ts";
import type { Life } from "./life.ts";
import type { Newer } from "./versions.ts";

const FIX = "# Ends a fault of security.";
const ACCOUNTS = "auth=jwt,opaque,session";

const newer: Newer = {
  added: () => ({
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
  }),
  edits: [
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
    // The file that moves.
    ["base/app/main.py.ejs", '"app.security_txt"', '"app.security.security_txt"'],
    [
      "base/tests/test_security_txt.py",
      "from app.security_txt import",
      "from app.security.security_txt import",
    ],
  ],
  moved: ["app/security_txt.py", "app/security/security_txt.py"],
};

const TIDY = "ruff check --fix --quiet && ruff format --quiet";

/** What is changed by the team, by the newer version or by both is proven by these. */
const TOUCHED = [
  "test_api.py",
  "test_document.py",
  "test_pagination.py",
  "test_security_txt.py",
  "database",
  "projects",
  "security",
  "settings",
].map((name) => `tests/${name}`);

/** What a team does with services of Python on FastAPI. */
export const fastapi: Life = {
  selections: [
    {
      selection: { orm: "sqlalchemy", database: "postgresql", auth: "jwt" },
      change: { container: "none" },
    },
    {
      selection: { orm: "tortoise", database: "sqlite", auth: "session" },
      change: { ci: "gitlab" },
    },
    {
      selection: {
        orm: "sqlalchemy",
        database: "sqlite",
        auth: "opaque",
        telemetry: ["prometheus"],
      },
      change: { ci: "none" },
    },
  ],
  newer,
  variables: { UV_NO_SYNC: "1" },
  renamed: ["app/pagination.py", "app/paging.py"],
  rename: async ({ shell }) => {
    await shell(
      "grep -rl 'app\\.pagination' app tests | xargs sed -i 's/app\\.pagination/app.paging/g'",
    );
    await shell(TIDY);
  },
  makeItTheirs: ({ edit }) => {
    edit("pyproject.toml", 'version = "0.1.0"', 'version = "1.4.2"');
    edit("app/security/headers.py", '"DENY"', '"SAMEORIGIN"');
    edit(
      "tests/security/test_headers.py",
      '"x-frame-options": "DENY"',
      '"x-frame-options": "SAMEORIGIN"',
    );
    edit(
      "tests/test_docs.py",
      '["x-frame-options"] == "DENY"',
      '["x-frame-options"] == "SAMEORIGIN"',
    );
    edit("app/notes/schemas.py", "\n\n\nclass ", "\n\n# Notes are short here.\n\n\nclass ");
  },
  // What fits into a line goes there.
  format: async ({ shell }) => {
    await shell("ruff format --quiet --config 'format.skip-magic-trailing-comma = true'");
    await shell(TIDY);
  },
  // A migration that is placed names those that are before it.
  placed: /dependencies = /,
  runTests: (project, variables) => runTests(project, variables, "--numprocesses=0", ...TOUCHED),
};
