"""What the browser is told of a recording over time."""

import pytest

from ser_core.claim import ClaimKind
from ser_core.labels import Emotion
from ser_core.records import Prediction, Segment
from ui.stage.player.player import pieces as pieces_of


def heard(start_s: float, end_s: float, confidence: float, kind: ClaimKind = ClaimKind.ONE_EMOTION) -> Segment:
    return Segment(start_s, end_s, Prediction({Emotion.SAD: confidence, Emotion.ANGRY: 1 - confidence}, "model", kind))


def test_it_says_what_is_claimed_when_and_in_words() -> None:
    pieces = pieces_of([heard(0, 1, 0.9), heard(1, 2, 0.6, ClaimKind.UNSURE), heard(2, 3, 0.52, ClaimKind.NEAR_TIE)])
    assert [piece[:3] for piece in pieces] == [
        (0, 1, (Emotion.SAD,)),
        (1, 2, ()),
        (2, 3, (Emotion.SAD, Emotion.ANGRY)),
    ]
    assert pieces[0][3] == "sad (90%)"


def test_windows_that_overlap_meet_in_the_middle_and_a_pause_stays_one() -> None:
    pieces = pieces_of([heard(0, 3, 0.9), heard(2, 5, 0.9), heard(7, 9, 0.9)])
    assert [piece[:2] for piece in pieces] == [(0, 2.5), (2.5, 5), (7, 9)]


def test_of_many_hours_neighbours_share_the_answer_of_the_surest() -> None:
    pieces = pieces_of([heard(i, i + 1, 0.95 if i % 3 == 1 else 0.6) for i in range(3600)])
    assert len(pieces) == 1200
    assert pieces[-1][1] == pytest.approx(3600)
    assert {piece[3] for piece in pieces} == {"sad (95%)"}
