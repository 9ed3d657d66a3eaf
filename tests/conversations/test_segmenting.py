"""Segments of speech from a course of probabilities."""

import numpy as np
import pytest

from ser_core.conversations.segmenting import LONGEST_S, Segmenter, SpeechSegment
from ser_core.speech import Heard
from ser_core.speech.silero import STEP_S


def steps(*course: tuple[float, float]) -> np.ndarray:
    """Probabilities, each for so many seconds."""
    return np.concatenate([np.full(round(seconds / STEP_S), p, np.float32) for p, seconds in course])


def segments(probabilities: np.ndarray, at_a_time: int = 250) -> list[SpeechSegment]:
    segmenter = Segmenter()
    found = []
    for start in range(0, len(probabilities), at_a_time):
        found += segmenter.add(probabilities[start : start + at_a_time])
    return found + segmenter.end(len(probabilities) * STEP_S)


def random_speech(rng: np.random.Generator) -> np.ndarray:
    """Three minutes in which speech and pauses of up to twelve seconds alternate, with dips in the speech."""
    parts = [(p, rng.uniform(0.05, 12)) for _ in range(20) for p in (0.02, 0.95, 0.1, 0.9, 0.2)]
    return np.clip(steps(*parts)[: round(180 / STEP_S)] + rng.normal(0, 0.02, round(180 / STEP_S)), 0, 1)


def test_segments_are_the_stretches_that_the_detector_finds():
    probabilities = steps((0, 2), (0.9, 3), (0, 1), (0.9, 0.1), (0, 1), (0.9, 4), (0, 0.2), (0.9, 2), (0, 3))
    stretches = Heard(len(probabilities) * STEP_S, probabilities, probabilities).stretches
    assert len(stretches) == 2  # a tenth of a second is no word, and a fifth no pause
    found = segments(probabilities)
    assert [each.start_s for each in found] == pytest.approx([each.start_s for each in stretches])
    assert [each.end_s for each in found] == pytest.approx([each.end_s for each in stretches])


def test_they_do_not_depend_on_how_many_steps_come_at_a_time(rng):
    probabilities = random_speech(rng).astype(np.float32)
    expected = segments(probabilities, len(probabilities))
    assert len(expected) > 10
    assert all(segments(probabilities, n) == expected for n in (1, 17, 250, 1000))


def test_long_speech_is_cut_where_it_is_least_probable_and_nothing_is_lost(rng):
    probabilities = steps((0, 1), (0.9, 4), (0.35, 0.2), (0.9, 20), (0, 1))
    found = segments(probabilities)
    assert all(each.end_s - each.start_s <= LONGEST_S + 0.7 for each in found)
    assert [each.end_s for each in found[:-1]] == pytest.approx([each.start_s for each in found[1:]])
    assert found[0].end_s == pytest.approx(5.1, abs=0.15)
    assert [each.goes_on_before for each in found] == [False] + [True] * (len(found) - 1)
    assert [each.goes_on_after for each in found] == [True] * (len(found) - 1) + [False]
    assert found[-1].end_s == pytest.approx(25.2 + 0.1, abs=0.1)


def test_what_it_holds_does_not_grow():
    segmenter = Segmenter()
    for p in (0.0, 0.2, 0.95):
        for _ in range(100):
            segmenter.add(steps((p, 10)))
        assert len(segmenter._steps) * STEP_S <= 31


def test_a_recording_that_ends_in_speech_ends_the_segment():
    probabilities = steps((0, 1), (0.9, 2))
    (only,) = segments(probabilities)
    assert only.end_s == pytest.approx(len(probabilities) * STEP_S)
