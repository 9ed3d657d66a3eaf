import numpy as np
import pytest

from ser_core.adaptation.enrolment import Enrolment
from ser_core.audio import read_clip, to_wav
from ser_core.dsp.conditioning import condition
from ser_core.errors import AudioError, NoSpeechError
from ser_core.labels import Emotion
from ser_core.models.card import EnrolmentUse
from ser_core.practice.delivery import judge_delivery
from ser_core.practice.take import MAX_TAKE_S, judge_take, neutral_voice
from ser_core.practice.task import Task
from ser_core.prosody import measure_prosody
from ser_core.recognition.analyse import analyse
from tests.prosody.voices import clip_of, glide, silence, steady, syllables
from tests.recalibrated import recalibrated

HAPPY = Task(Emotion.HAPPY)


def test_a_take_is_heard_and_measured(recogniser):
    sound = to_wav(clip_of(syllables(110, 180, 2.4)))
    made = judge_take(sound, HAPPY, 3, name="a.wav", recogniser=recogniser)
    assert (made.take.number, made.take.task) == (3, HAPPY)
    assert made.take.report == analyse(sound, name="a.wav", recogniser=recogniser)
    assert made.take.delivery == judge_delivery(measure_prosody(made.clip), Emotion.HAPPY)
    assert made.take.wav == sound
    assert made.clip.duration_s == pytest.approx(2.4)


def test_a_tune_is_no_take(recogniser):
    tune = clip_of(np.concatenate([silence(0.2), glide(110, 180, 1.0), glide(180, 110, 1.0), silence(0.2)]))
    with pytest.raises(NoSpeechError, match="noise or music"):
        judge_take(to_wav(tune), HAPPY, name="a.wav", recogniser=recogniser)


def test_more_than_a_take_is_refused(recogniser):
    with pytest.raises(AudioError, match="at most 0:02:00"):
        judge_take(to_wav(clip_of(steady(120, MAX_TAKE_S + 1))), HAPPY, name="a.wav", recogniser=recogniser)


def test_the_neutral_voice_is_one_that_speaks(recogniser):
    speech = clip_of(syllables(120, 120, 9.0))
    voice = neutral_voice(to_wav(speech), recogniser)
    assert voice.values["pitch_median_hz"] == pytest.approx(120, rel=0.03)
    assert voice.neutral == recogniser.enrol(condition(read_clip(to_wav(speech))))
    tune = clip_of(np.concatenate([steady(hz, 1.5) for hz in (131, 165, 196, 165, 131, 196)]))
    with pytest.raises(AudioError, match=r"noise or music\. Read a text aloud"):
        neutral_voice(to_wav(tune), recogniser)


def test_a_take_is_heard_relative_to_the_enrolment(recogniser, samples_dir):
    """Where the card says how, which this one is made to."""
    neutral, path = samples_dir / "synthetic-even.flac", samples_dir / "synthetic-quick-high.flac"
    hearing = recalibrated(recogniser, enrolment=EnrolmentUse(0.5, tuple(0.0 for _ in recogniser.labels)))
    enrolment = Enrolment({"pitch_median_hz": 120.0}, 5.0, hearing.enrol(read_clip(neutral)))
    with_it = judge_take(path, HAPPY, name="a", recogniser=hearing, enrolment=enrolment).take.report
    without = judge_take(path, HAPPY, name="a", recogniser=hearing).take.report
    expected = hearing.predict(condition(read_clip(path)), enrolment.neutral)
    assert with_it.prediction.scores == expected.scores != without.prediction.scores
