"""Log-mels and functionals of clips and of their copies."""

import numpy as np
import pytest

from ser_core.audio import read_clip
from ser_core.augment import Copies, at_speed
from ser_core.dsp.conditioning import condition
from ser_core.features.log_mel import LogMelConfig
from ser_core.features.model_input import model_input
from ser_core.labels import Emotion
from ser_core.training.data.log_mels import Functionals, LogMels, prepare, subset

CONFIG = LogMelConfig()
COPIES = Copies(mixed=1, speeds=(0.9, 1.2), noisy=1)


@pytest.fixture(scope="module")
def data(tones, tmp_path_factory):
    both = LogMels(CONFIG, Copies(mixed=2), 0), Functionals(CONFIG, COPIES, 0)
    return prepare(tones[::24], *both, tmp_path_factory.mktemp("cache"))


def test_the_recording_comes_first_and_its_copies_behind(data, tones):
    clip = read_clip(tones[24].path)
    recorded = model_input(condition(clip), CONFIG)
    assert [len(frames) for frames in data.frames] == [3] * 3
    np.testing.assert_allclose(data.clean(1), recorded.frames, atol=2e-3)  # half precision
    assert not np.array_equal(data.frames[1][1], data.frames[1][2])
    assert data.functionals.shape[:2] == (3, 5)
    np.testing.assert_allclose(data.functionals[1, 0], recorded.functionals, rtol=1e-5, atol=1e-5)
    faster = model_input(condition(at_speed(clip, 1.2)), CONFIG).functionals
    np.testing.assert_allclose(data.functionals[1, 3], faster, rtol=1e-3, atol=1e-3)  # of other sums of float32


def test_truth_and_what_is_possible_follow_the_labels(data, tones):
    assert data.labels == (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY)
    assert [data.labels[i] for i in data.truth] == [u.emotion for u in tones[::24]]
    assert data.possible.all()
    part = subset(data, tones[24:25])
    assert part.utterances == tones[24:25]
    np.testing.assert_array_equal(part.functionals[0], data.functionals[1])
    assert part.labels == data.labels


def test_everything_but_the_recording_is_in_the_name():
    names = {
        LogMels(CONFIG, Copies(mixed=2), 0).name,
        LogMels(CONFIG, Copies(mixed=2), 1).name,
        LogMels(CONFIG, Copies(mixed=1), 0).name,
        LogMels(LogMelConfig(n_mels=32), Copies(mixed=2), 0).name,
        Functionals(CONFIG, Copies(mixed=2), 0).name,
    }
    assert len(names) == 5
