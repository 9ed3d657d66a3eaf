"""Days on which the history was in use are counted: a profile is not forgotten because a clock says so alone."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    days = op.create_table(
        "usage",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Text(), nullable=False),
    )
    op.bulk_insert(days, [{"id": 1, "days": 0, "last_day": ""}])
    op.add_column("profiles", sa.Column("seen_day", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("profiles", "seen_day")
    op.drop_table("usage")
