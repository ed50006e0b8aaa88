"""Passwords, in a table of their own, and where accounts have signed in from."""

import sqlalchemy as sa
from alembic import op

from app.database.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "credentials",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_credentials"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_credentials_user_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "known_addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_known_addresses"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_known_addresses_user_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("digest", name="uq_known_addresses_digest"),
    )
    op.create_index("ix_known_addresses_user_id", "known_addresses", ["user_id"])
    op.create_index("ix_known_addresses_used_at", "known_addresses", ["used_at"])


def downgrade() -> None:
    op.drop_table("known_addresses")
    op.drop_table("credentials")
