"""Profiles, takes and recordings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("owner", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("baseline", sa.JSON()),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_profiles_seen_at", "profiles", ["seen_at"])
    op.create_table(
        "takes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("profile_id", sa.Integer(), sa.ForeignKey("profiles.id", ondelete="CASCADE"), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text()),
        sa.Column("emotion", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("target_probability", sa.Double()),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("has_audio", sa.Boolean(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("measures", sa.JSON()),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("delivery", sa.JSON()),
        sa.CheckConstraint("kind IN ('analysis', 'practice')", name="takes_kind"),
        sqlite_autoincrement=True,
    )
    op.create_index("takes_newest_first", "takes", ["profile_id", "saved_at", "id"])
    op.create_table(
        "audio",
        sa.Column("take_id", sa.Integer(), sa.ForeignKey("takes.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("flac", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("audio")
    op.drop_table("takes")
    op.drop_table("profiles")
