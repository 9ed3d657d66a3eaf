import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ser_core.errors import SerError
from ser_core.labels import Emotion
from ser_core.practice.reference import (
    Register,
    guess_register,
    load_reference,
    register_of,
    relative_value,
    write_reference,
)
from ser_core.prosody import MEASURES


def test_committed_table_covers_every_emotion_register_and_value():
    reference = load_reference()
    assert {corpus["name"] for corpus in reference.corpora} == {"ravdess", "tess", "nemo"}
    for emotion in Emotion:
        for register in Register:
            for name in MEASURES:
                assert reference.band(emotion, register, name), (emotion, register, name)
                relative = reference.band(emotion, register, name, relative=True)
                assert bool(relative) == bool(MEASURES[name].relative), (emotion, register, name)


def test_committed_bands_are_ordered_and_counted():
    reference = load_reference()
    for band in [*reference.absolute.values(), *reference.relative.values()]:
        assert band.q05 <= band.q25 <= band.q50 <= band.q75 <= band.q95
        assert band.takes >= 20


def test_committed_table_says_what_is_known_of_emotional_speech():
    # Banse and Scherer 1996 (J. Personality and Social Psychology 70): anger and fear raise pitch and level,
    # sadness lowers level and range.
    reference = load_reference()
    for register in Register:

        def median(emotion, name, register=register):
            return reference.band(emotion, register, name, relative=True).q50

        assert median(Emotion.ANGRY, "pitch_median_hz") > 2
        assert median(Emotion.FEARFUL, "pitch_median_hz") > 2
        assert median(Emotion.ANGRY, "loudness_lufs") > median(Emotion.SAD, "loudness_lufs") + 5
        assert median(Emotion.SURPRISED, "pitch_range_semitones") > median(Emotion.SAD, "pitch_range_semitones")
        assert median(Emotion.SAD, "articulation_rate") < 0
        assert median(Emotion.NEUTRAL, "pitch_median_hz") == pytest.approx(0, abs=0.7)


def test_lower_voices_are_lower():
    reference = load_reference()
    for emotion in Emotion:
        lower, higher = (reference.band(emotion, register, "pitch_median_hz").q50 for register in Register)
        assert lower < higher


def test_register_boundary():
    assert register_of(120) is Register.LOWER
    assert register_of(210) is Register.HIGHER


def test_guess_follows_the_target():
    reference = load_reference()
    # Too high for a lower voice at rest, and usual for one that is angry.
    assert guess_register(180, None, reference) is Register.HIGHER
    assert guess_register(180, Emotion.ANGRY, reference) is Register.LOWER
    assert guess_register(300, Emotion.ANGRY, reference) is Register.HIGHER


def test_relative_values():
    assert relative_value("pitch_median_hz", 240, 120) == pytest.approx(12)
    assert relative_value("articulation_rate", 6, 5) == pytest.approx(20)
    assert relative_value("loudness_lufs", -20, -26) == pytest.approx(6)


def test_what_counts_pauses_is_not_seen_from_the_neutral_voice():
    with pytest.raises(ValueError, match="means nothing"):
        relative_value("pause_share", 10, 20)


@given(st.floats(60, 600), st.floats(60, 600))
def test_relative_pitch_is_antisymmetric(a, b):
    assert relative_value("pitch_median_hz", a, b) == pytest.approx(-relative_value("pitch_median_hz", b, a))


def test_written_table_reads_back(tmp_path):
    reference = load_reference()
    path = tmp_path / "table.json"
    write_reference(reference, path)
    assert load_reference(path) == reference


@pytest.mark.parametrize("text", ["", "[]", '{"absolute": [["angry"]], "relative": [], "corpora": []}'])
def test_broken_table_is_refused(tmp_path, text):
    path = tmp_path / "table.json"
    path.write_text(text)
    with pytest.raises(SerError, match=r"table\.json cannot be read.*python -m tools\.reference"):
        load_reference(path)


def test_table_is_plain_json():
    from ser_core.practice.reference.table import PATH

    content = json.loads(PATH.read_text())
    assert content["quantiles"] == [0.05, 0.25, 0.5, 0.75, 0.95]
    assert PATH.stat().st_size < 50_000
