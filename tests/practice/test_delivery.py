import json

import numpy as np
import pytest

from ser_core.adaptation.enrolment import enrol
from ser_core.labels import Emotion
from ser_core.practice.delivery import delivery_text, judge_delivery
from ser_core.prosody import MEASURES, measure_prosody
from tests.prosody.voices import clip_of, glide, silence, steady

# What `ser delivery --json` promises.
PROMISED = {
    "duration_s", "pitch_median_hz", "pitch_range_semitones", "loudness_lufs", "syllables_per_s",
    "articulation_rate", "pauses", "disfluencies", "advice",
}  # fmt: skip


def judge(clip, *arguments):
    return judge_delivery(measure_prosody(clip), *arguments)


def take():
    parts = [silence(0.2), glide(110, 150, 0.8), silence(1.4), glide(150, 100, 0.9), silence(0.2)]
    return clip_of(np.concatenate(parts))


def test_dict_is_json_and_holds_what_is_promised():
    content = json.loads(json.dumps(judge(take(), Emotion.ANGRY).to_dict(), allow_nan=False))
    assert PROMISED | set(MEASURES) <= set(content)
    assert content["duration_s"] == pytest.approx(3.5)
    (pause,) = content["pauses"]
    assert (pause["start_s"], pause["end_s"]) == pytest.approx((1.0, 2.4), abs=0.03)
    (disfluency,) = content["disfluencies"]
    assert disfluency["kind"] == "long_pause"
    assert content["target"] == "angry"
    assert content["register"] == "lower"
    assert 1 <= len(content["advice"]) <= 3
    assert content["advice"][0]["kind"] == "praise"


def test_without_a_target_nothing_is_compared():
    result = judge(take())
    assert result.placements == ()
    assert {a.about for a in result.advice[1:]} == {"long_pause"}


def test_flat_take_for_a_lively_target_is_told_to_move():
    flat = clip_of(np.concatenate([silence(0.2), steady(115, 2.0), silence(0.3)]))
    assert "pitch_range_semitones" in {a.about for a in judge(flat, Emotion.SURPRISED).advice}


def test_enrolment_decides_the_register_and_the_frame_of_values():
    low_voice = enrol(clip_of(steady(110, 9.0)))
    high_take = clip_of(np.concatenate([silence(0.2), glide(240, 280, 2.0), silence(0.2)]))
    assert judge(high_take, Emotion.ANGRY).register == "higher"
    own = judge(high_take, Emotion.ANGRY, low_voice)
    assert own.register == "lower"
    pitch = {p.name: p for p in own.placements}["pitch_median_hz"]
    assert pitch.relative
    assert pitch.value == pytest.approx(12 * np.log2(259 / 110), abs=0.3)


def test_silence_is_said_to_be_silent():
    result = judge(clip_of(silence(1.0)), Emotion.HAPPY)
    assert (result.advice, result.register, result.placements) == ((), None, ())
    assert "No voice was heard" in delivery_text(result)
