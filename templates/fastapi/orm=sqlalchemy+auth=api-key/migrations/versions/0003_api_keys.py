"""Names of API keys."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.ForeignKeyConstraint(["id"], ["tokens.id"], name="fk_api_keys_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["tokens.id"], name="fk_api_keys_parent_id", ondelete="SET NULL"
        ),
    )
    op.create_index("ix_api_keys_parent_id", "api_keys", ["parent_id"])


def downgrade() -> None:
    op.drop_table("api_keys")
