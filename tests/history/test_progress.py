from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ser_core.claim import Claim, ClaimKind
from ser_core.history.progress import progress
from ser_core.history.saved_takes import SavedTake
from ser_core.labels import Emotion

TAKE = SavedTake(
    title="",
    id=1,
    saved_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    kind="practice",
    target=Emotion.SAD,
    claim=Claim(ClaimKind.ONE_EMOTION, ((Emotion.SAD, 0.6), (Emotion.CALM, 0.3))),
    target_probability=0.6,
    model="crnn",
    file="a.wav",
    duration_s=1.0,
    has_audio=False,
)


def test_a_day_counts_what_came_across() -> None:
    takes = [
        TAKE,
        replace(TAKE, claim=Claim(ClaimKind.ONE_EMOTION, ((Emotion.CALM, 0.6),)), target_probability=0.2),
        replace(TAKE, claim=Claim(ClaimKind.UNSURE, ((Emotion.SAD, 0.4),)), target_probability=0.4),
        # In front of all others, with 28%: that has not come across whole.
        replace(TAKE, claim=Claim(ClaimKind.ONE_EMOTION, ((Emotion.SAD, 0.28),)), target_probability=0.28),
    ]
    (point,) = progress([(take, None) for take in takes], UTC).by_emotion
    assert (point.day, point.target, point.takes) == (date(2026, 3, 1), Emotion.SAD, 4)
    assert (point.came_across, point.partly) == (1, 1)
    assert point.mean_probability == pytest.approx(0.37)


def test_an_analysis_without_a_target_is_no_practice() -> None:
    analysis = replace(TAKE, kind="analysis", target=None, target_probability=None)
    assert progress([(analysis, None)], UTC).by_emotion == ()


def test_a_target_that_the_model_does_not_know_has_no_probability() -> None:
    (point,) = progress([(replace(TAKE, target_probability=None), None)], UTC).by_emotion
    assert point.mean_probability is None


def test_values_of_a_day_are_summed_up() -> None:
    takes = [(TAKE, {"pitch_median_hz": 180.0}), (TAKE, {"pitch_median_hz": 220.0, "loudness_lufs": -20.0})]
    loudness, pitch = progress(takes, UTC).by_value
    assert (loudness.name, loudness.takes, loudness.mean) == ("loudness_lufs", 1, -20.0)
    assert (pitch.takes, pitch.mean, pitch.lowest, pitch.highest) == (2, 200.0, 180.0, 220.0)


def test_values_are_told_apart_by_target() -> None:
    takes = [
        (TAKE, {"pitch_median_hz": 100.0}),
        (replace(TAKE, target=Emotion.ANGRY), {"pitch_median_hz": 200.0}),
        (replace(TAKE, kind="analysis", target=None), {"pitch_median_hz": 300.0}),
    ]
    sad, angry = progress(takes, UTC).by_value
    assert (sad.target, sad.mean, angry.target, angry.mean) == (Emotion.SAD, 100.0, Emotion.ANGRY, 200.0)


def test_a_day_is_a_day_where_the_person_is() -> None:
    late = replace(TAKE, saved_at=datetime(2026, 3, 2, 2, tzinfo=UTC))  # nine in the evening of 1 March
    (point,) = progress([(late, None)], ZoneInfo("America/New_York")).by_emotion
    assert point.day == date(2026, 3, 1)


def test_days_come_in_order_and_emotions_in_theirs() -> None:
    next_day = datetime(2026, 3, 2, 12, tzinfo=UTC)
    takes = [
        replace(TAKE, saved_at=next_day),
        replace(TAKE, target=Emotion.ANGRY),
        replace(TAKE, target=Emotion.HAPPY),
    ]
    points = progress([(take, None) for take in takes], UTC).by_emotion
    assert [(point.day.day, point.target) for point in points] == [
        (1, Emotion.HAPPY),
        (1, Emotion.ANGRY),
        (2, Emotion.SAD),
    ]
