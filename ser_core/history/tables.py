"""The tables. A change here needs a migration as well; a test compares the two."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite drops the time zone, so it is removed before storing and restored after reading."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Python to database."""
        return value if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Database to Python."""
        return value if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The column type of each Python type."""

    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        str: Text,
        float: Double,
        bytes: LargeBinary,
        dict[str, Any]: JSON(none_as_null=True),
        list[dict[str, Any]]: JSON(none_as_null=True),
    }


class ProfileRow(Base):
    """One person's profile. Numbers are never reused (AUTOINCREMENT): a page that is still open on a deleted profile
    or take must not show somebody else's.
    """

    __tablename__ = "profiles"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[bytes] = mapped_column(unique=True)
    anonymous: Mapped[bool]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    seen_day: Mapped[int] = mapped_column(server_default="0")
    enrolment: Mapped[dict[str, Any] | None]
    voices: Mapped[list[dict[str, Any]] | None]


class UsageRow(Base):
    """The one row that counts the days on which the history was in use, as a second witness beside the clock: one that
    is set wrong moves the dates by years, and this number by one.
    """

    __tablename__ = "usage"

    id: Mapped[int] = mapped_column(primary_key=True)
    days: Mapped[int]
    last_day: Mapped[str]


class TakeRow(Base):
    """One saved take. The values that the list and the charts need have their own columns; the reports, which may be
    long, are read only when needed.
    """

    __tablename__ = "takes"
    __table_args__ = (
        CheckConstraint("kind IN ('analysis', 'practice')", name="takes_kind"),
        Index("takes_newest_first", "profile_id", "saved_at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"))
    saved_at: Mapped[datetime]
    kind: Mapped[str]
    target: Mapped[str | None]
    claim: Mapped[str]
    emotion: Mapped[str]
    confidence: Mapped[float]
    second: Mapped[str | None]
    second_confidence: Mapped[float | None]
    target_probability: Mapped[float | None]
    model: Mapped[str]
    file: Mapped[str]
    title: Mapped[str] = mapped_column(server_default="")
    duration_s: Mapped[float]
    has_audio: Mapped[bool]
    size_bytes: Mapped[int]
    measures: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    report: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    delivery: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)


class AudioRow(Base):
    """The recording of a take, as FLAC. It is in the database rather than in a file, so that it is saved and deleted
    in one transaction with the take, even when several servers share one database.
    """

    __tablename__ = "audio"

    take_id: Mapped[int] = mapped_column(ForeignKey("takes.id", ondelete="CASCADE"), primary_key=True)
    flac: Mapped[bytes]
