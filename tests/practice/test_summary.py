import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from ser_core.adaptation.enrolment import enrol
from ser_core.claim import ClaimKind
from ser_core.labels import Emotion
from ser_core.practice.delivery import judge_delivery
from ser_core.practice.summary import (
    Change,
    Direction,
    change_text,
    compare,
    probability_text,
    session_dict,
    session_text,
    summarise,
)
from ser_core.practice.take import Take
from ser_core.practice.task import Task
from ser_core.prosody import MEASURES, measure_prosody
from ser_core.records import Prediction, Report
from ser_core.text.outcome import Outcome
from tests.prosody.voices import clip_of, glide, silence, steady

ENDED_AT = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)


def heard(emotion=Emotion.SAD, score=0.6, unsure=False):
    rest = (1 - score) / 7
    kind = ClaimKind.UNSURE if unsure else ClaimKind.ONE_EMOTION
    return Prediction({e: score if e is emotion else rest for e in Emotion}, "m", kind)


def phrase(start_hz, end_hz, gap_s=0.0):
    up, down = glide(start_hz, end_hz, 1.0), glide(end_hz, start_hz, 1.0)
    return clip_of(np.concatenate([silence(0.2), up, silence(gap_s), down, silence(0.2)]))


def take(number, clip, target=Emotion.ANGRY, prediction=None, enrolment=None):
    report = Report("take.wav", clip.duration_s, prediction or heard(), ())
    delivery = judge_delivery(measure_prosody(clip), target, enrolment)
    return Take(number, Task(target, "A sentence."), report, delivery, b"")


@pytest.fixture(scope="module")
def flat():
    return take(1, phrase(110, 114))


@pytest.fixture(scope="module")
def lively():
    return take(2, phrase(110, 180), prediction=heard(Emotion.ANGRY, 0.7))


def test_a_model_that_does_not_know_the_target_gives_no_probability(flat):
    unknown = replace(flat, report=Report("take.wav", 1.0, Prediction({Emotion.SAD: 1.0}, "m"), ()))
    assert unknown.target_probability is None
    assert "probability of" not in session_text([unknown], ENDED_AT)


def test_the_change_of_a_known_glide_is_found_and_placed(flat, lively):
    # The middle 95 percent of 110 to 180 Hz, 8.5 semitones, against 0.6.
    (moved,) = [change for change in compare(flat, lively) if change.name == "pitch_range_semitones"]
    assert moved.first == pytest.approx(0.6, abs=0.2)
    assert moved.last == pytest.approx(0.95 * 12 * np.log2(180 / 110), abs=0.3)
    assert moved.direction is Direction.NEARER
    (back,) = [change for change in compare(lively, flat) if change.name == "pitch_range_semitones"]
    assert back.direction is Direction.FURTHER


def test_what_cannot_be_heard_is_no_change(flat):
    assert compare(flat, take(2, phrase(110, 114))) == ()
    barely = take(2, phrase(112, 116))  # a third of a semitone higher
    assert "pitch_median_hz" not in {change.name for change in compare(flat, barely)}


def test_takes_seen_from_different_voices_are_not_called_nearer(flat):
    own = enrol(clip_of(steady(112, 9.0)))
    relative = take(2, phrase(110, 180), enrolment=own)
    (moved,) = [change for change in compare(flat, relative) if change.name == "pitch_range_semitones"]
    assert moved.direction is Direction.UNKNOWN


def test_a_value_measured_in_noise_is_not_compared(lively, rng):
    loud_noise = clip_of(0.3 * rng.standard_normal(32_000))
    assert take(1, loud_noise).value("pitch_range_semitones") is None
    assert "pitch_range_semitones" not in {change.name for change in compare(take(1, loud_noise), lively)}


def test_takes_are_summed_up_by_target(flat, lively):
    sad = take(3, phrase(110, 114), target=Emotion.SAD, prediction=heard(Emotion.SAD))
    angry, other = summarise([flat, lively, sad])
    assert (angry.target, [each.number for each in angry.takes]) == (Emotion.ANGRY, [1, 2])
    assert angry.outcomes == (Outcome.HEARD_OTHERWISE, Outcome.CAME_ACROSS)
    assert angry.changes == compare(flat, lively)
    assert (other.target, other.outcomes, other.changes) == (Emotion.SAD, (Outcome.CAME_ACROSS,), ())
    assert summarise([]) == ()


def test_a_change_in_words():
    change = Change("pitch_final_semitones", 1.26, -3.0, Direction.NEARER)
    assert change_text(change, Emotion.DISGUST) == "Ending: 1.3 to −3.0 semitones, nearer to disgusted takes"
    assert change_text(Change("pause_share", 0.0, 12.4, Direction.UNKNOWN), Emotion.SAD) == "Pauses: 0 to 12%"


def test_how_the_probability_moved_in_words(flat, lively):
    (moved,) = summarise([flat, lively])
    assert probability_text(moved) == "The probability of angry went from 6% to 70% from the first take to the last."
    (stayed,) = summarise([flat, replace(flat, number=2)])
    assert probability_text(stayed) == "The probability of angry stayed at 6% from the first take to the last."
    (single,) = summarise([flat])
    assert probability_text(single) is None


def test_the_report_as_json(flat, lively):
    content = json.loads(json.dumps(session_dict([flat, lively], ENDED_AT), allow_nan=False))
    assert content["ended_at"] == "2026-03-01T18:30:00+00:00"
    (progress,) = content["progress"]
    assert (progress["takes"], progress["came_across"], progress["partly"]) == (2, 1, 0)
    assert (progress["first_probability"], progress["last_probability"]) == (pytest.approx(0.4 / 7, abs=1e-4), 0.7)
    assert {change["value"] for change in progress["changes"]} <= set(MEASURES)
    assert progress["went_well"] == lively.delivery.advice[0].sentence
    first, last = content["takes"]
    assert (first["outcome"], last["outcome"]) == ("heard otherwise", "came across")
    assert first["sentence"] == "A sentence."
    assert first["report"]["emotion"] == "sad"
    assert first["delivery"]["advice"]


def test_the_report_in_words(flat, lively):
    text = session_text([flat, lively], ENDED_AT)
    assert text.startswith("Practice on 1 Mar 2026, 18:30: 2 takes\n")
    assert "Angry: 1 of 2 takes came across" in text
    assert "take 1: heard as sad; probability of angry 6%" in text
    assert re.search(r"Pitch range: 0\.\d to [78]\.\d semitones, nearer to angry takes\n", text)
    assert re.search(r"What went well \(take 2, at \d\.\d s\): ", text)
    assert "1 take\n" in session_text([flat], ENDED_AT)


def test_a_take_without_a_voice_can_be_summed_up():
    (progress,) = summarise([take(1, clip_of(silence(1.0)))])
    assert (progress.changes, progress.remarks) == ((), ())
