"""Converts records to rows of the database and back."""

import json
from datetime import datetime
from typing import Any, cast

from ser_core.claim import Claim, ClaimKind
from ser_core.errors import HistoryError
from ser_core.history.cleaning import file_name, measures, plain_json
from ser_core.history.records import MAX_AUDIO_S, Kind, NewTake, Take, TakeDetails
from ser_core.history.tables import TakeRow
from ser_core.labels import Emotion


def to_row(profile_id: int, new: NewTake, now: datetime) -> TakeRow:
    """The row of a new take, without its recording. Raises HistoryError when it is incomplete or too long."""
    if new.kind == "practice" and new.target is None:
        raise HistoryError("A practice take is saved with the emotion it aimed for; got none.")
    if new.audio is not None and new.audio.duration_s > MAX_AUDIO_S:
        raise HistoryError(
            f"The recording is {new.audio.duration_s / 60:.0f} minutes long; audio is kept for up to "
            f"{MAX_AUDIO_S / 60:.0f} minutes. Save the result without the audio."
        )
    report = plain_json(new.report)
    delivery = None if new.delivery is None else plain_json(new.delivery)
    try:
        scores = report["scores"]
        ranked = sorted(scores, key=lambda label: -scores[label])
        second = ranked[1] if len(ranked) > 1 else None
        return TakeRow(
            profile_id=profile_id,
            saved_at=now,
            kind=new.kind,
            target=new.target,
            claim=_kind(report),
            emotion=Emotion(report["emotion"]),
            confidence=float(report["confidence"]),
            second=second,
            second_confidence=None if second is None else float(scores[second]),
            target_probability=None if new.target is None else scores.get(new.target),
            model=report["model"],
            file=file_name(report["file"]),
            duration_s=float(report["duration_s"]),
            has_audio=new.audio is not None,
            size_bytes=len(json.dumps([report, delivery])),
            measures=None if delivery is None else measures(delivery),
            report=report,
            delivery=delivery,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise HistoryError(
            "A report needs file, duration_s, model, emotion, confidence, unsure, pair and scores, as "
            f"`report_dict` gives them; got {type(error).__name__}: {error}."
        ) from error


def to_take(row: TakeRow) -> Take:
    """One line of the list."""
    likely = [(Emotion(row.emotion), row.confidence)]
    if row.second is not None and row.second_confidence is not None:
        likely.append((Emotion(row.second), row.second_confidence))
    return Take(
        id=row.id,
        saved_at=row.saved_at,
        kind=cast(Kind, row.kind),
        target=None if row.target is None else Emotion(row.target),
        claim=Claim(ClaimKind(row.claim), tuple(likely)),
        target_probability=row.target_probability,
        model=row.model,
        file=row.file,
        duration_s=row.duration_s,
        has_audio=row.has_audio,
    )


def to_details(row: TakeRow) -> TakeDetails:
    """A complete take; the row needs its report and delivery loaded."""
    return TakeDetails(to_take(row), row.report, row.delivery)


def _kind(report: dict[str, Any]) -> ClaimKind:
    if report["pair"]:
        return ClaimKind.NEAR_TIE
    return ClaimKind.UNSURE if report["unsure"] else ClaimKind.ONE_EMOTION
