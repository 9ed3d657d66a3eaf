"""Between the records that flow and the rows that are kept."""

import json
from datetime import datetime
from typing import cast

from ser_core.claim import Claim, ClaimKind
from ser_core.errors import HistoryError
from ser_core.history.cleaning import file_name, plain_json
from ser_core.history.saved_takes import MAX_AUDIO_S, Kind, NewTake, SavedTake, TakeDetails, TakeDocuments
from ser_core.history.tables import TakeRow
from ser_core.labels import Emotion
from ser_core.practice.feedback import Advice
from ser_core.recognition.analyse import report_dict
from ser_core.records import Prediction


def to_row(profile_id: int, new: NewTake, now: datetime) -> TakeRow:
    """The row of a new take, without its recording. Raises HistoryError when it has no target or is too long."""
    if new.kind == "practice" and new.target is None:
        raise HistoryError("A practice take is saved with the emotion it aimed for; got none.")
    if new.audio is not None and new.audio.duration_s > MAX_AUDIO_S:
        raise HistoryError(
            "The recording is {duration_s:.0f} minutes long; audio is kept for up to "
            "{max_audio_s:.0f} minutes. Save the result without the audio.",
            duration_s=new.audio.duration_s / 60,
            max_audio_s=MAX_AUDIO_S / 60,
        )
    prediction = new.report.prediction
    (emotion, confidence), *rest = prediction.claim.likely
    second, second_confidence = rest[0] if rest else (None, None)
    report = plain_json(report_dict(new.report))
    delivery = None if new.delivery is None else plain_json(new.delivery.to_dict())
    return TakeRow(
        profile_id=profile_id,
        saved_at=now,
        kind=new.kind,
        target=new.target,
        claim=prediction.kind,
        emotion=emotion,
        confidence=confidence,
        second=second,
        second_confidence=second_confidence,
        target_probability=None if new.target is None else prediction.scores.get(new.target),
        model=prediction.model,
        file=file_name(new.report.file),
        title="",
        duration_s=new.report.duration_s,
        has_audio=new.audio is not None,
        size_bytes=len(json.dumps([report, delivery])),
        measures=None if new.delivery is None else {k: v for k, v in new.delivery.values.items() if v is not None},
        report=report,
        delivery=delivery,
    )


def to_take(row: TakeRow) -> SavedTake:
    """One line of the list."""
    likely = [(Emotion(row.emotion), row.confidence)]
    if row.second is not None and row.second_confidence is not None:
        likely.append((Emotion(row.second), row.second_confidence))
    return SavedTake(
        id=row.id,
        saved_at=row.saved_at,
        kind=cast(Kind, row.kind),
        target=None if row.target is None else Emotion(row.target),
        claim=Claim(ClaimKind(row.claim), tuple(likely)),
        target_probability=row.target_probability,
        model=row.model,
        file=row.file,
        title=row.title,
        duration_s=row.duration_s,
        has_audio=row.has_audio,
    )


def to_details(row: TakeRow) -> TakeDetails:
    """A complete take; the row needs its report, delivery and measures loaded."""
    take = to_take(row)
    scores = {Emotion(name): float(score) for name, score in row.report["scores"].items()}
    advice = (row.delivery or {}).get("advice", ())
    return TakeDetails(
        take,
        Prediction(scores, take.model, take.claim.kind),
        row.measures or {},
        tuple(Advice.from_dict(each) for each in advice),
    )


def to_documents(row: TakeRow) -> TakeDocuments:
    """A take as it was saved; the row needs its report and delivery loaded."""
    return TakeDocuments(to_take(row), row.report, row.delivery)
