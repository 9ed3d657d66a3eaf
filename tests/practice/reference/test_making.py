import dataclasses

import numpy as np
import pytest
import soundfile as sf
from click.testing import CliRunner

from ser_core.errors import SerError
from ser_core.labels import Emotion
from ser_core.practice.reference import Register, load_reference
from ser_core.prosody import MEASURES
from tests.conftest import RATE_HZ
from tests.prosody.voices import silence, steady
from tools.reference.__main__ import main
from tools.reference.making import Take, make_reference


def takes(corpus, voice, emotion, name, numbers, pitch_hz=120.0):
    return [Take(corpus, voice, emotion, {"pitch_median_hz": pitch_hz, name: number}) for number in numbers]


def test_quantiles_of_one_speaker():
    rows = takes("a", "a:1", Emotion.NEUTRAL, "dynamics_db", np.arange(101))
    band = make_reference(rows, []).band(Emotion.NEUTRAL, Register.LOWER, "dynamics_db")
    assert dataclasses.astuple(band) == pytest.approx((5, 25, 50, 75, 95, 101), abs=0.6)


def test_corpora_weigh_the_same_and_speakers_in_them():
    rows = (
        takes("big", "big:1", Emotion.NEUTRAL, "dynamics_db", [10.0] * 300)
        + takes("big", "big:2", Emotion.NEUTRAL, "dynamics_db", [20.0] * 30)
        + takes("small", "small:1", Emotion.NEUTRAL, "dynamics_db", [30.0] * 20)
    )
    band = make_reference(rows, []).band(Emotion.NEUTRAL, Register.LOWER, "dynamics_db")
    # A quarter of the weight at 10, a quarter at 20, a half at 30.
    assert (band.q05, band.q95) == (10.0, 30.0)
    assert 20.0 <= band.q50 <= 30.0
    assert band.q25 < 20.0


def test_relative_is_seen_from_the_speakers_neutral_median():
    rows = takes("a", "a:1", Emotion.NEUTRAL, "dynamics_db", [10.0, 12.0, 14.0]) + takes(
        "a", "a:1", Emotion.ANGRY, "dynamics_db", [20.0] * 25, pitch_hz=240.0
    )
    reference = make_reference(rows, [])
    assert reference.band(Emotion.ANGRY, Register.LOWER, "dynamics_db", relative=True).q50 == 8.0
    assert reference.band(Emotion.ANGRY, Register.LOWER, "pitch_median_hz", relative=True).q50 == 12.0
    # The register is that of the neutral voice, however high the anger.
    assert reference.band(Emotion.ANGRY, Register.HIGHER, "dynamics_db") is None


def test_few_takes_make_no_band_and_unknown_values_none():
    rows = takes("a", "a:1", Emotion.NEUTRAL, "dynamics_db", [1.0] * 19)
    rows += [Take("a", "a:1", Emotion.NEUTRAL, {"pitch_median_hz": 120.0, "hnr_db": None})] * 30
    reference = make_reference(rows, [])
    assert reference.band(Emotion.NEUTRAL, Register.LOWER, "dynamics_db") is None
    assert reference.band(Emotion.NEUTRAL, Register.LOWER, "hnr_db") is None
    assert reference.band(Emotion.NEUTRAL, Register.LOWER, "pitch_median_hz").takes == 49


def test_loudness_of_a_levelled_corpus_is_left_out():
    rows = takes("nemo", "nemo:1", Emotion.NEUTRAL, "loudness_lufs", [-23.0] * 30)
    assert make_reference(rows, []).band(Emotion.NEUTRAL, Register.LOWER, "loudness_lufs") is None


def test_speaker_without_neutral_speech_is_an_error():
    with pytest.raises(SerError, match=r"No neutral take .* a:1"):
        make_reference(takes("a", "a:1", Emotion.ANGRY, "dynamics_db", [1.0] * 30), [])


def test_command_measures_a_folder(tmp_path):
    rng = np.random.default_rng(0)
    for i in range(20):
        f0_hz = rng.uniform(100, 130)
        sound = np.concatenate([silence(0.2), steady(f0_hz, 0.4), silence(0.2)])
        path = tmp_path / "Actor_01" / str(i) / "03-01-01-01-01-01-01.wav"
        path.parent.mkdir(parents=True)
        sf.write(path, sound, RATE_HZ)
    out = tmp_path / "table.json"
    result = CliRunner().invoke(main, ["--corpus", f"ravdess={tmp_path}", "--out", str(out)])
    assert result.exit_code == 0, result.output
    reference = load_reference(out)
    band = reference.band(Emotion.NEUTRAL, Register.LOWER, "pitch_median_hz")
    assert 100 <= band.q05 < band.q95 <= 130
    assert reference.corpora[0]["takes"] == 20
    assert "CC BY-NC-SA" in reference.corpora[0]["licence"]
    assert {name for _, _, name in reference.absolute} <= set(MEASURES)


def test_command_names_a_missing_folder(tmp_path):
    result = CliRunner().invoke(main, ["--corpus", f"ravdess={tmp_path / 'nowhere'}"])
    assert result.exit_code != 0
    assert "nowhere" in str(result.exception or result.output)
