from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ser_core.corpora import Utterance
from ser_core.labels import Emotion
from ser_core.recipes import SpecAugment
from ser_core.training.batches import ahead, epoch_rows, targets, training_batches
from ser_core.training.data.log_mels import Dataset
from tests.training.tiny import TINY

LABELS = (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY)


@pytest.fixture
def data(rng) -> Dataset:
    """Thirty clips of one voice, six of another; the second's corpus has no anger."""
    voices = ["a"] * 30 + ["b"] * 6
    utterances = tuple(Utterance(Path(f"{i}"), LABELS[i % 2], v, "x") for i, v in enumerate(voices))
    frames = tuple((rng.standard_normal((50 + i, 8)).astype(np.float16),) for i in range(36))
    possible = np.array([[True, True, v == "a"] for v in voices])
    return Dataset(utterances, frames, np.zeros((36, 1, 4), np.float32), np.arange(36) % 2, possible, LABELS)


def test_an_epoch_takes_at_most_so_many_clips_of_a_voice(data, rng):
    rows = epoch_rows(data, 10, rng)
    assert len(rows) == len(set(rows)) == 16
    assert {30, 31, 32, 33, 34, 35} <= set(rows)


def test_targets_are_smoothed_over_what_the_corpus_can_say(data):
    first, last = targets(data, np.array([0, 35]), smoothing=0.3)
    assert first[0] == pytest.approx([0.8, 0.1, 0.1])
    assert last[0] == pytest.approx([0.15, 0.85, 0.0])
    assert last[1].tolist() == [1, 1, 0]


def test_batches_have_one_shape_and_the_same_seed_gives_the_same(data):
    narrow = replace(TINY, n_frames=60, spec_augment=SpecAugment(max_masked_bands=3))

    def batches(seed):
        return list(training_batches(data, np.arange(36), narrow, 0.6, 8, np.random.default_rng(seed)))

    one, same, other = batches(1), batches(1), batches(2)
    assert [inputs.shape for inputs, _ in one] == [(8, 60, 8)] * 4
    assert all(np.array_equal(a, b) for (a, _), (b, _) in zip(one, same, strict=True))
    assert not np.array_equal(one[0][0], other[0][0])


def test_without_augmentation_frames_pass_unchanged(data):
    nothing = replace(TINY, n_frames=60, spec_augment=SpecAugment(1, 1, 0, 0, 0, 0, 0))
    ((inputs, _),) = training_batches(data, np.array([3]), nothing, 1.0, 1, np.random.default_rng(0))
    expected = data.clean(3)
    np.testing.assert_allclose(inputs[0, : len(expected)], expected, atol=1e-6)
    assert not inputs[0, len(expected) :].any()


def test_one_item_is_made_ahead_and_an_error_comes_in_its_place():
    made: list[int] = []

    def items():
        for number in range(3):
            made.append(number)
            yield number
        raise ValueError("no more")

    given = ahead(items())
    assert [next(given) for _ in range(3)] == [0, 1, 2] == made
    with pytest.raises(ValueError, match="no more"):
        next(given)
    rest = ahead(items())
    next(rest)
    rest.close()
    # Nobody wants the third: it was never made.
    assert made[3:] == [0, 1]
