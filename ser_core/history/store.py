"""The saved takes of every profile. Each query names the profile, so that nobody sees another's takes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TypeVar

from sqlalchemy import ColumnElement, Delete, Engine, and_, delete, func, null, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from ser_core.adaptation.enrolment import Enrolment
from ser_core.adaptation.voices import KnownVoice
from ser_core.claim import ClaimKind
from ser_core.config import Settings
from ser_core.errors import HistoryError
from ser_core.history import failures
from ser_core.history.archive import archive
from ser_core.history.cleaning import file_name, plain_json, to_flac
from ser_core.history.database import connect, reading, rereading, wipe_traces, writing
from ser_core.history.owners import Owner
from ser_core.history.progress import Progress, progress
from ser_core.history.rows import to_details, to_documents, to_row, to_take
from ser_core.history.saved_takes import (
    MAX_PROFILE_BYTES,
    MAX_TAKES,
    DeletedTake,
    Json,
    NewTake,
    SavedTake,
    TakeDetails,
    TakeDocuments,
    Wanted,
)
from ser_core.history.tables import AudioRow, ProfileRow, TakeRow, UsageRow
from ser_core.history.upgrade import upgrade
from ser_core.language import N_

Whole = TypeVar("Whole", TakeDetails, TakeDocuments)

# A browser keeps its token for a year after the last visit. Takes that nobody can reach any more must not stay. So many
# days must have passed by the clock, and the history must have been in use on as many: a clock may be wrong.
FORGOTTEN_AFTER = timedelta(days=400)
_DAYS_SO_FAR = select(UsageRow.days).scalar_subquery()
# So that no stranger can fill the disk: a voice takes some ten kilobytes at most.
MAX_VOICES = 20
ALL = Wanted()
_GONE = N_("This profile has been deleted, so nothing was saved. Save again for a new one.")


class History:
    """Open with `open_history`; safe to share between threads.

    Every method raises HistoryError when the database fails.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._day_counted: date | None = None

    @classmethod
    def open(cls, settings: Settings) -> "History":
        """Use `open_history` instead."""
        engine = connect(settings)
        try:
            upgrade(engine)
        except HistoryError:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Close the connections. The history can still be used, which opens new ones."""
        self._engine.dispose()

    def find_profile(self, owner: Owner, *, now: datetime | None = None) -> int | None:
        """The number of the owner's profile; None when nothing was ever saved. Counts as a visit."""
        now = now or datetime.now(UTC)
        self._count_day(now)
        with reading(self._engine) as session:
            found = session.execute(
                select(ProfileRow.id, ProfileRow.seen_at).where(ProfileRow.owner == owner.digest)
            ).one_or_none()
        if found is None:
            return None
        profile_id, seen_at = found
        # One write a day is enough to know which profiles are in use. Where nothing can be written, nothing is deleted
        # either, and what is there can still be read.
        if abs(now - seen_at) > timedelta(days=1):
            with suppress(HistoryError), writing(self._engine) as session:
                session.execute(
                    update(ProfileRow).where(ProfileRow.id == profile_id).values(seen_at=now, seen_day=_DAYS_SO_FAR)
                )
        return profile_id

    def open_profile(self, owner: Owner, *, now: datetime | None = None) -> int:
        """The number of the owner's profile, which is created if necessary. For saving something."""
        now = now or datetime.now(UTC)
        found = self.find_profile(owner, now=now)
        if found is not None:
            return found
        self._delete_forgotten(now)
        try:
            with writing(self._engine) as session:
                days = session.scalars(select(UsageRow.days)).one()
                row = ProfileRow(
                    owner=owner.digest, anonymous=owner.anonymous, created_at=now, seen_at=now, seen_day=days
                )
                session.add(row)
                session.flush()
                return row.id
        except HistoryError as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
        # Another tab of the same person was first.
        found = self.find_profile(owner, now=now)
        if found is None:
            raise HistoryError("The profile was deleted while it was being opened. Try again.")
        return found

    def enrolment(self, profile_id: int) -> Enrolment | None:
        """The neutral voice that the person keeps; None without one. Raises SerError also when it cannot be used."""
        stored = self._stored_enrolment(profile_id)
        return None if stored is None else Enrolment.from_dict(stored)

    def has_enrolment(self, profile_id: int) -> bool:
        """Whether the person keeps a neutral voice, be it one that cannot be used."""
        return self._stored_enrolment(profile_id) is not None

    def save_enrolment(self, profile_id: int, enrolment: Enrolment | None) -> None:
        """Keep the person's neutral voice, in place of an earlier one; None forgets it.

        Raises HistoryError also when the profile has been deleted.
        """
        content = null() if enrolment is None else plain_json(enrolment.to_dict())
        with writing(self._engine) as session:
            done = session.execute(
                update(ProfileRow).where(ProfileRow.id == profile_id).values(enrolment=content).returning(ProfileRow.id)
            ).first()
            if done is None:
                raise HistoryError(_GONE)
        wipe_traces(self._engine)

    def voices(self, profile_id: int) -> tuple[KnownVoice, ...]:
        """The voices that the person keeps, by name. Raises SerError also when one cannot be read."""
        return tuple(KnownVoice.from_dict(each) for each in self._stored_voices(profile_id))

    def count_voices(self, profile_id: int) -> int:
        """Number of voices that the person keeps, be they ones that cannot be read."""
        return len(self._stored_voices(profile_id))

    def save_voice(self, profile_id: int, voice: KnownVoice) -> None:
        """Keep a voice, in place of an earlier one of that name.

        Raises HistoryError also when there are many already, and when the profile has been deleted.
        """
        self._change_voices(profile_id, voice.name, plain_json(voice.to_dict()))

    def rename_voice(self, profile_id: int, old: str, voice: KnownVoice) -> None:
        """Keep a voice in place of the one that was called `old`. Raises HistoryError as `save_voice`."""
        self._change_voices(profile_id, old, plain_json(voice.to_dict()))

    def forget_voice(self, profile_id: int, name: str) -> None:
        """Forget a voice. Does nothing when the profile has none of that name."""
        self._change_voices(profile_id, name, None)

    def delete_profile(self, profile_id: int) -> None:
        """Delete a profile with everything in it."""
        self._delete(delete(ProfileRow).where(ProfileRow.id == profile_id))

    def save_take(self, profile_id: int, new: NewTake, *, now: datetime | None = None) -> int:
        """Save a take and return its number. When this returns, the complete take is on disk, and was read from there.

        Raises HistoryError also when the take is incomplete or longer than may be kept, when the profile is
        full, and when it has been deleted.
        """
        row = to_row(profile_id, new, now or datetime.now(UTC))
        flac = None if new.audio is None else to_flac(new.audio)
        row.size_bytes += len(flac or b"")
        with writing(self._engine) as session:
            _check_room(session, profile_id, row.size_bytes)
            session.add(row)
            session.flush()
            if flac is not None:
                session.add(AudioRow(take_id=row.id, flac=flac))
            take_id = row.id
        self._confirm(profile_id, take_id, flac)
        return take_id

    def count(self, profile_id: int, wanted: Wanted = ALL) -> int:
        """Number of takes in the profile that are looked for."""
        with reading(self._engine) as session:
            return session.scalars(
                select(func.count()).select_from(TakeRow).where(TakeRow.profile_id == profile_id, *_conditions(wanted))
            ).one()

    def takes(
        self, profile_id: int, *, wanted: Wanted = ALL, limit: int = 20, offset: int = 0
    ) -> tuple[SavedTake, ...]:
        """The takes that are looked for, newest first: up to `limit` of them, after skipping `offset`."""
        with reading(self._engine) as session:
            rows = session.scalars(
                select(TakeRow)
                .where(TakeRow.profile_id == profile_id, *_conditions(wanted))
                .order_by(TakeRow.saved_at.desc(), TakeRow.id.desc())
                .limit(limit)
                .offset(offset)
            )
            return tuple(to_take(row) for row in rows)

    def details(self, profile_id: int, take_id: int) -> TakeDetails | None:
        """A complete take; None when the profile has no such take."""
        return self._whole(profile_id, take_id, to_details)

    def audio(self, profile_id: int, take_id: int) -> bytes | None:
        """The recording as a FLAC file; None when it was not kept or the profile has no such take."""
        with reading(self._engine) as session:
            return session.scalars(
                select(AudioRow.flac)
                .join(TakeRow, TakeRow.id == AudioRow.take_id)
                .where(TakeRow.profile_id == profile_id, TakeRow.id == take_id)
            ).one_or_none()

    def progress(self, profile_id: int, zone: tzinfo = UTC) -> Progress:
        """How the takes develop over days, by target and by delivery value; a day is a day in `zone`."""
        with reading(self._engine) as session:
            rows = session.scalars(
                select(TakeRow)
                .where(TakeRow.profile_id == profile_id)
                .order_by(TakeRow.saved_at, TakeRow.id)
                .options(undefer(TakeRow.measures))
            )
            return progress(((to_take(row), row.measures) for row in rows), zone)

    def export(self, profile_id: int) -> Iterator[bytes]:
        """The whole profile as the bytes of a ZIP file: takes.json, the recordings in audio/, and neutral_voice.json if
        there is one.

        Takes are read one at a time, so memory holds only one recording, and deleting does not have to wait for a
        slow download.
        """
        return archive(
            self._oldest_first(profile_id),
            lambda take_id: self.audio(profile_id, take_id),
            self._stored_enrolment(profile_id),
            self._stored_voices(profile_id),
        )

    def rename_take(self, profile_id: int, take_id: int, title: str) -> None:
        """Call a take by another name; "" for that of its file. Does nothing when the profile has no such take."""
        with writing(self._engine) as session:
            session.execute(
                update(TakeRow)
                .where(TakeRow.profile_id == profile_id, TakeRow.id == take_id)
                .values(title=file_name(title))
            )

    def delete_take(self, profile_id: int, take_id: int) -> DeletedTake | None:
        """Delete a take with its recording, and return what `restore_take` needs; None when the profile has no such
        take.
        """
        mine = (TakeRow.profile_id == profile_id, TakeRow.id == take_id)
        flac = self.audio(profile_id, take_id)
        with writing(self._engine) as session:
            row = session.execute(select(TakeRow.__table__).where(*mine)).mappings().one_or_none()
            session.execute(delete(TakeRow).where(*mine))
        wipe_traces(self._engine)
        return None if row is None else DeletedTake(dict(row), flac)

    def restore_take(self, profile_id: int, deleted: DeletedTake) -> None:
        """Put a deleted take back as it was. Raises HistoryError also when it belongs to another profile, when the
        profile is full, and when it has been deleted.
        """
        if deleted.row["profile_id"] != profile_id:
            raise HistoryError("This take belongs to another profile, so it was not put back.")
        with writing(self._engine) as session:
            _check_room(session, profile_id, deleted.row["size_bytes"])
            session.add(TakeRow(**deleted.row))
            session.flush()
            if deleted.flac is not None:
                session.add(AudioRow(take_id=deleted.row["id"], flac=deleted.flac))
        self._confirm(profile_id, deleted.row["id"], deleted.flac)

    def _stored_enrolment(self, profile_id: int) -> Json | None:
        with reading(self._engine) as session:
            return session.scalars(select(ProfileRow.enrolment).where(ProfileRow.id == profile_id)).one_or_none()

    def _stored_voices(self, profile_id: int) -> Sequence[Json]:
        with reading(self._engine) as session:
            return session.scalars(select(ProfileRow.voices).where(ProfileRow.id == profile_id)).one_or_none() or ()

    def _change_voices(self, profile_id: int, name: str, new: Json | None) -> None:
        with writing(self._engine) as session:
            # The row is locked until the end: another tab may be changing another voice.
            row = session.scalars(select(ProfileRow).where(ProfileRow.id == profile_id).with_for_update()).one_or_none()
            if row is None:
                raise HistoryError(_GONE)
            others = [each for each in row.voices or () if each.get("name") != name]
            if new is not None and len(others) >= MAX_VOICES:
                raise HistoryError(
                    "This profile keeps {most} voices already. Forget one of them first.", most=MAX_VOICES
                )
            row.voices = [*others, *([dict(new)] if new is not None else [])] or None
            session.flush()
        wipe_traces(self._engine)

    def _whole(self, profile_id: int, take_id: int, read: Callable[[TakeRow], Whole]) -> Whole | None:
        with reading(self._engine) as session:
            row = session.scalars(
                select(TakeRow)
                .where(TakeRow.profile_id == profile_id, TakeRow.id == take_id)
                .options(undefer(TakeRow.report), undefer(TakeRow.delivery), undefer(TakeRow.measures))
            ).one_or_none()
            return None if row is None else read(row)

    def _oldest_first(self, profile_id: int) -> Iterator[TakeDocuments]:
        with reading(self._engine) as session:
            numbers = session.scalars(
                select(TakeRow.id).where(TakeRow.profile_id == profile_id).order_by(TakeRow.saved_at, TakeRow.id)
            ).all()
        for number in numbers:
            saved = self._whole(profile_id, number, to_documents)
            if saved is not None:
                yield saved

    def _delete(self, statement: Delete) -> None:
        # Recordings are deleted with their take, and takes with their profile: ON DELETE CASCADE.
        with writing(self._engine) as session:
            session.execute(statement)
        wipe_traces(self._engine)

    def _delete_forgotten(self, now: datetime) -> None:
        forgotten = (
            ProfileRow.anonymous,
            ProfileRow.seen_at < now - FORGOTTEN_AFTER,
            ProfileRow.seen_day < _DAYS_SO_FAR - FORGOTTEN_AFTER.days,
        )
        with reading(self._engine) as session:
            if session.execute(select(ProfileRow.id).where(*forgotten).limit(1)).first() is None:
                return
        self._delete(delete(ProfileRow).where(*forgotten))

    def _confirm(self, profile_id: int, take_id: int, flac: bytes | None) -> None:
        """Raises HistoryError unless the take and its recording are in the database as anybody else would open it."""
        with rereading(self._engine) as session:
            found = session.execute(
                select(TakeRow.profile_id, AudioRow.flac)
                .outerjoin(AudioRow, AudioRow.take_id == TakeRow.id)
                .where(TakeRow.id == take_id)
            ).one_or_none()
        if found is None or tuple(found) != (profile_id, flac):
            failures.count("written", failures.not_found(), None)
            raise failures.refusal("written", failures.not_found())

    def _count_day(self, now: datetime) -> None:
        """Count today as a day on which the history is in use, whichever of several servers is first."""
        today = now.date()
        if today == self._day_counted:
            return
        with suppress(HistoryError), writing(self._engine) as session:
            session.execute(
                update(UsageRow)
                .where(UsageRow.last_day != today.isoformat())
                .values(days=UsageRow.days + 1, last_day=today.isoformat())
            )
            self._day_counted = today


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.text.strip():
        name = func.coalesce(func.nullif(TakeRow.title, ""), TakeRow.file)
        conditions.append(name.icontains(" ".join(wanted.text.split()), autoescape=True))
    if wanted.heard is not None:
        alone = (TakeRow.claim == ClaimKind.ONE_EMOTION, TakeRow.emotion == wanted.heard)
        tied = or_(TakeRow.emotion == wanted.heard, TakeRow.second == wanted.heard)
        conditions.append(or_(and_(*alone), and_(TakeRow.claim == ClaimKind.NEAR_TIE, tied)))
    if wanted.kind is not None:
        conditions.append(TakeRow.kind == wanted.kind)
    return conditions


def _check_room(session: Session, profile_id: int, size_bytes: int) -> None:
    # The profile's row is locked until the end, so that it is not deleted in between and two simultaneous saves do
    # not both take the last place. (SQLite locks the whole database while it writes.)
    if session.execute(select(ProfileRow.id).where(ProfileRow.id == profile_id).with_for_update()).first() is None:
        raise HistoryError(_GONE)
    takes, used_bytes = session.execute(
        select(func.count(), func.coalesce(func.sum(TakeRow.size_bytes), 0)).where(TakeRow.profile_id == profile_id)
    ).one()
    if takes >= MAX_TAKES or used_bytes + size_bytes > MAX_PROFILE_BYTES:
        raise HistoryError(
            "This profile is full: it holds {takes} takes of {used_bytes:.0f} MB, and at most "
            "{max_takes} takes or {max_profile_bytes:.0f} MB fit. Export and delete some, or save "
            "without the audio.",
            takes=takes,
            used_bytes=used_bytes / 1000000.0,
            max_takes=MAX_TAKES,
            max_profile_bytes=MAX_PROFILE_BYTES / 1000000.0,
        )
