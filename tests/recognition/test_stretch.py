"""A stretch is heard as the same sound would be by itself; what cannot be told is None."""

import numpy as np
import pytest

from ser_core.audio import read_clip
from ser_core.dsp.conditioning import condition
from ser_core.labels import Emotion
from ser_core.recognition.stretch import SHORTEST_S, hear_stretch, recall_stretch
from ser_core.records import Clip, Prediction, Segment


@pytest.fixture(scope="module")
def voice(samples_dir):
    return read_clip(samples_dir / "synthetic-changing.flac")


def test_a_stretch_is_answered_as_the_clip_would_be(voice, recogniser):
    clip = voice.between(3.0, 6.0)
    stretch = hear_stretch(clip, 3.0, recogniser.predict)
    assert (stretch.start_s, stretch.end_s) == (3.0, pytest.approx(6.0))
    assert stretch.prediction.scores == recogniser.predict(condition(clip)).scores
    low_hz, high_hz = stretch.pitch_range_hz
    assert 60 < low_hz < stretch.pitch_hz < high_hz < 600


def test_the_level_and_pitch_of_a_known_tone(sine, recogniser):
    stretch = hear_stretch(sine, 0.0, recogniser.predict)
    assert stretch.level_dbfs == pytest.approx(-9.03, abs=0.01)
    assert stretch.pitch_hz == pytest.approx(220, abs=1)


def test_too_little_sound_is_no_emotion_and_silence_no_pitch(voice, recogniser):
    assert hear_stretch(voice.between(3.6, 3.6 + SHORTEST_S - 0.1), 3.6, recogniser.predict).prediction is None
    silence = hear_stretch(Clip(np.zeros(32_000, np.float32), 16_000), 0.0, recogniser.predict)
    assert (silence.prediction, silence.pitch_hz, silence.level_dbfs) == (None, None, -100.0)


def test_a_long_stretch_is_recalled_from_what_was_heard_in_it():
    def surely(emotion):
        return Prediction({emotion: 0.9, Emotion.CALM: 0.1}, "model")

    timeline = [Segment(10.0 * i, 10.0 * (i + 1), surely(Emotion.SAD if i < 10 else Emotion.ANGRY)) for i in range(20)]
    stretch = recall_stretch(timeline, 90.0, 190.0)
    assert stretch.prediction is None
    assert stretch.shares == ((Emotion.ANGRY, 0.9), (Emotion.SAD, 0.1))
    assert recall_stretch((), 110.0, 190.0).shares == ()
