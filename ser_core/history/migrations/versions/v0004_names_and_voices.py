"""A take has a name that its owner gave it, and a profile the voices that predictions are adapted to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("takes", sa.Column("title", sa.Text(), nullable=False, server_default=""))
    op.add_column("profiles", sa.Column("voices", sa.JSON()))


def downgrade() -> None:
    op.drop_column("profiles", "voices")
    op.drop_column("takes", "title")
