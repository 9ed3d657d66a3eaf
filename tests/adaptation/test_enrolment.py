import json
from dataclasses import replace

import numpy as np
import pytest

from ser_core.adaptation.enrolment import Baseline, compute_baseline
from ser_core.errors import AudioError, SerError
from ser_core.labels import Emotion
from ser_core.records import OwnVoice
from tests.prosody.voices import add_noise, clip_of, glide, silence, steady


def ten_seconds(f0_hz=120, level=0.3):
    phrase = np.concatenate([steady(f0_hz, 1.4, level=level), silence(0.3)])
    return clip_of(np.concatenate([silence(0.5), *[phrase] * 6]))


def test_pitch_and_level_of_a_known_voice():
    quiet, loud = compute_baseline(ten_seconds(level=0.03)), compute_baseline(ten_seconds(level=0.3))
    assert loud.values["pitch_median_hz"] == pytest.approx(120, rel=0.01)
    assert loud.values["pitch_range_semitones"] < 0.3
    assert loud.values["loudness_lufs"] - quiet.values["loudness_lufs"] == pytest.approx(20, abs=0.1)
    assert loud.voiced_s == pytest.approx(8.4, abs=0.5)


def test_one_lively_phrase_does_not_decide():
    flat = steady(120, 3.0)
    clip = clip_of(np.concatenate([flat, flat, glide(120, 240, 3.0)]))
    assert compute_baseline(clip).values["pitch_range_semitones"] < 1.0


def test_too_little_voice_is_refused_with_what_to_do():
    clip = clip_of(np.concatenate([steady(120, 1.0), silence(9.0)]))
    with pytest.raises(AudioError, match=r"Only 1\.\d s of voice .* Read a text aloud, .* for 10 s"):
        compute_baseline(clip)
    with pytest.raises(AudioError):
        compute_baseline(clip_of(silence(10.0)))


def test_noise_is_no_voice(rng):
    clip = clip_of(add_noise(ten_seconds().samples, 2, rng))
    with pytest.raises(AudioError, match="too noisy"):
        compute_baseline(clip)


def test_survives_json():
    baseline = compute_baseline(ten_seconds())
    assert Baseline.from_dict(json.loads(json.dumps(baseline.to_dict()))) == baseline
    heard = replace(baseline, own_voice=OwnVoice("crnn", {Emotion.NEUTRAL: 2.5, Emotion.SAD: -1.0}))
    assert Baseline.from_dict(json.loads(json.dumps(heard.to_dict()))) == heard
    # As it was kept before models were asked.
    assert Baseline.from_dict({key: value for key, value in heard.to_dict().items() if key != "own_voice"}) == baseline


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"values": [], "voiced_s": 3},
        {"values": {"pitch_median_hz": "high"}, "voiced_s": 3},
        {"values": {}, "voiced_s": 3},
        {"values": {"pitch_median_hz": -1.0}, "voiced_s": 3},
        {"values": {"pitch_median_hz": float("nan")}, "voiced_s": 3},
        {"values": {"pitch_median_hz": 120.0, "hnr_db": float("inf")}, "voiced_s": 3},
        {"values": {"pitch_median_hz": 120.0}, "voiced_s": 3, "own_voice": {"model": "crnn"}},
        {"values": {"pitch_median_hz": 120.0}, "voiced_s": 3, "own_voice": {"model": "m", "neutral_logits": {"x": 1}}},
    ],
)
def test_what_is_no_baseline_is_refused(content):
    with pytest.raises(SerError, match="Record the ten seconds again"):
        Baseline.from_dict(content)
