import json
from dataclasses import replace

import numpy as np
import pytest

from ser_core.adaptation.enrolment import Enrolment, enrol
from ser_core.errors import AudioError, SerError
from ser_core.labels import Emotion
from ser_core.records import NeutralLogits
from tests.prosody.voices import add_noise, clip_of, glide, silence, steady


def ten_seconds(f0_hz=120, level=0.3):
    phrase = np.concatenate([steady(f0_hz, 1.4, level=level), silence(0.3)])
    return clip_of(np.concatenate([silence(0.5), *[phrase] * 6]))


def test_pitch_and_level_of_a_known_voice():
    quiet, loud = enrol(ten_seconds(level=0.03)), enrol(ten_seconds(level=0.3))
    assert loud.values["pitch_median_hz"] == pytest.approx(120, rel=0.01)
    assert loud.values["pitch_range_semitones"] < 0.3
    assert loud.values["loudness_lufs"] - quiet.values["loudness_lufs"] == pytest.approx(20, abs=0.1)
    assert loud.voiced_s == pytest.approx(8.4, abs=0.5)


def test_one_lively_phrase_does_not_decide():
    flat = steady(120, 3.0)
    clip = clip_of(np.concatenate([flat, flat, glide(120, 240, 3.0)]))
    assert enrol(clip).values["pitch_range_semitones"] < 1.0


def test_too_little_voice_is_refused_with_what_to_do():
    clip = clip_of(np.concatenate([steady(120, 1.0), silence(9.0)]))
    with pytest.raises(AudioError, match=r"only 1\.\d s of voice; .* Read a text aloud, .* for 10 s"):
        enrol(clip)
    with pytest.raises(AudioError):
        enrol(clip_of(silence(10.0)))


def test_noise_is_no_voice(rng):
    clip = clip_of(add_noise(ten_seconds().samples, 2, rng))
    with pytest.raises(AudioError, match="too noisy"):
        enrol(clip)


def test_survives_json():
    enrolment = enrol(ten_seconds())
    assert Enrolment.from_dict(json.loads(json.dumps(enrolment.to_dict()))) == enrolment
    heard = replace(enrolment, neutral=NeutralLogits("crnn", {Emotion.NEUTRAL: 2.5, Emotion.SAD: -1.0}))
    assert Enrolment.from_dict(json.loads(json.dumps(heard.to_dict()))) == heard


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
        {"values": {"pitch_median_hz": 120.0}, "voiced_s": 3, "neutral": {"model": "crnn"}},
        {"values": {"pitch_median_hz": 120.0}, "voiced_s": 3, "neutral": {"model": "m", "logits": {"x": 1}}},
    ],
)
def test_what_is_no_enrolment_is_refused(content):
    with pytest.raises(SerError, match="Record the ten seconds again"):
        Enrolment.from_dict(content)
