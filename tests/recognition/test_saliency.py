"""What an answer of the served model rests on in a recording."""

import pytest

from ser_core import audio
from ser_core.recognition.analyse import analyse
from ser_core.recognition.saliency import salient_window


@pytest.fixture(scope="module")
def voice(samples_dir):
    return audio.read_clip(samples_dir / "synthetic-changing.flac")


def test_a_recording_of_one_window_is_explained_whole(recogniser, voice):
    clip = voice.between(0, recogniser.window_s - 0.1)
    report = analyse(audio.to_wav(clip), recogniser=recogniser, timeline=True)
    found = salient_window(report, clip.between, recogniser, report.prediction.emotion)
    assert found.start_s == 0
    assert found.window.duration_s == clip.duration_s
    # The confidence that is explained is the one that was given.
    assert found.saliency.confidence == pytest.approx(report.prediction.confidence, abs=0.005)
    second = report.prediction.ranked[1]
    assert salient_window(report, clip.between, recogniser, second[0]).saliency.confidence == pytest.approx(
        second[1], abs=0.005
    )


def test_of_a_longer_recording_the_window_is_explained_that_sounds_most_like_the_answer(recogniser, voice):
    clip = voice.between(0, 12)
    report = analyse(audio.to_wav(clip), recogniser=recogniser, timeline=True)
    emotion = report.prediction.emotion
    found = salient_window(report, clip.between, recogniser, emotion)
    assert found.window.duration_s == pytest.approx(recogniser.window_s, abs=1e-3)
    assert 0 <= found.start_s <= clip.duration_s - recogniser.window_s
    strongest = max(segment.prediction.scores[emotion] for segment in report.timeline)
    assert found.saliency.confidence == pytest.approx(strongest, abs=0.02)
    # The places that are explained lie in the window, wherever that lies.
    assert 0 <= found.saliency.times_s[0] < found.saliency.times_s[-1] <= recogniser.window_s
