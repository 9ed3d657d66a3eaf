import pytest

from ser_core.adaptation.enrolment import Enrolment
from ser_core.labels import Emotion
from ser_core.practice.feedback import place
from ser_core.practice.reference import Register
from tests.practice.feedback.takes import ANGRY, NEUTRAL, SAD, band, placement, reference, spoken


def test_inside_and_off_by():
    assert placement(value=7).inside
    assert placement(value=7).off_by == 0
    assert not placement(value=3).inside
    assert placement(value=3).off_by == -3


def test_more_of_what_makes_the_emotion_is_no_mistake():
    # The band is 6 to 10, its nine tenths 3 to 13; the target lies above the others.
    assert placement(value=12).off_by == 0
    assert placement(value=14).off_by == 1
    assert placement(value=12, towards=-1).off_by == 2
    assert placement(value=4, towards=-1).off_by == 0


def test_separation_grows_with_distance_weight_and_trust_and_starts_at_what_is_heard():
    assert placement(value=5.5).separates == 0  # half a semitone
    near, far = placement(value=4).separates, placement(value=1).separates
    assert 0 < near < far
    # 2 semitones from a band whose quartiles lie 4 apart: 2 / (4 / 1.349) standard deviations
    assert near == pytest.approx(2 * 1.349 / 4)
    assert placement(value=4, weight=0.5).separates == near / 2
    assert placement(value=4, confidence=0.5).separates == near / 2


def test_falls_short_only_inside_and_on_the_side_of_the_others():
    assert placement(value=6.5).falls_short > 0
    assert placement(value=9).falls_short == 0
    assert placement(value=3).falls_short == 0
    assert placement(value=9, towards=-1).falls_short > 0


def table():
    name = "pitch_range_semitones"
    absolute = {(ANGRY, name): band(9), (SAD, name): band(5), (NEUTRAL, name): band(5)}
    absolute |= {(emotion, "pitch_median_hz"): band(250, 40) for emotion in (ANGRY, SAD, NEUTRAL)}
    absolute |= {(ANGRY, "loudness_lufs"): band(-20), (NEUTRAL, "loudness_lufs"): band(-30)}
    relative = {(ANGRY, "loudness_lufs"): band(10), (NEUTRAL, "loudness_lufs"): band(0)}
    relative |= {(ANGRY, name): band(4), (NEUTRAL, name): band(0)}
    return reference(absolute, relative)


def test_weight_is_the_mean_effect_size():
    take = spoken()
    own = {p.name: p for p in place(take, ANGRY, Enrolment({"pitch_median_hz": 120.0}, 5.0), table())}
    # Medians 4 apart with a standard deviation of 2 / 1.349 each: Cohen's d is 2.7, counted as 2.
    assert own["pitch_range_semitones"].weight == pytest.approx(2.0)
    assert own["pitch_range_semitones"].towards == 1
    assert not own["pitch_range_semitones"].relative


def test_loudness_is_placed_only_against_ones_own_voice():
    take = spoken()
    without = {p.name for p in place(take, ANGRY, Enrolment({"pitch_median_hz": 120.0}, 5.0), table())}
    assert "loudness_lufs" not in without
    enrolment = Enrolment({"pitch_median_hz": 120.0, "loudness_lufs": take.loudness_lufs - 8}, 5.0)
    (loudness,) = [p for p in place(take, ANGRY, enrolment, table()) if p.name == "loudness_lufs"]
    assert loudness.relative
    assert loudness.value == pytest.approx(8)


def test_enrolment_turns_values_relative():
    take = spoken()
    enrolment = Enrolment({"pitch_median_hz": 120.0, "pitch_range_semitones": 2.0}, 5.0)
    (melody,) = [p for p in place(take, ANGRY, enrolment, table()) if p.name == "pitch_range_semitones"]
    assert melody.relative
    assert melody.value == pytest.approx(take.pitch_range_semitones - 2.0)
    assert melody.band.q50 == 4


def test_pauses_are_not_seen_from_a_neutral_passage_of_several_sentences():
    enrolment = Enrolment({"pitch_median_hz": 120.0, "pause_share": 20.0}, 5.0)
    table_ = reference({(e, "pause_share"): band(0, 4) for e in (ANGRY, NEUTRAL)})
    (pauses,) = place(spoken(), ANGRY, enrolment, table_)
    assert not pauses.relative
    assert pauses.value == pytest.approx(100 * 0.5 / 3.1, abs=1.0)


def test_without_a_voice_nothing_is_placed():
    from ser_core.prosody import measure_prosody
    from tests.prosody.voices import clip_of, silence

    assert place(measure_prosody(clip_of(silence(1.0))), Emotion.HAPPY, None, table()) == ()
    assert list(Register) == ["lower", "higher"]
