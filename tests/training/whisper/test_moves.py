"""Statistics that are moved between voices and between corpora."""

import numpy as np
import pytest

from ser_core.training.whisper.moves import between_corpora, between_voices
from ser_core.training.whisper.pack import Pack

# Eight clips each of two voices of one corpus, one of another, and noises; the last clip of each does not train.
CORPORA = ("ravdess",) * 16 + ("nemo",) * 8 + ("noise",) * 8
VOICES = ("ravdess:01",) * 8 + ("ravdess:02",) * 8 + ("nemo:KS0",) * 8 + ("noise",) * 8
PLACE_OF = {"ravdess:01": 0.0, "ravdess:02": 10.0, "nemo:KS0": 100.0, "noise": -50.0}


@pytest.fixture
def pack() -> Pack:
    n = len(CORPORA)
    emotion = np.tile([0, 0, 0, 0, 0, 3, 3, 3], 4).astype(np.int32)
    emotion[24:] = -1
    nothing = np.zeros(n, np.int32)
    return Pack(np.zeros(1, np.int16), nothing, nothing, np.array(CORPORA), emotion, np.array(VOICES), nothing)


@pytest.fixture
def trained() -> np.ndarray:
    return np.arange(len(CORPORA)) % 8 < 7


@pytest.fixture
def statistics(pack: Pack) -> np.ndarray:
    """Each clip lies at its voice's place, anger two above it."""
    places = np.array([PLACE_OF[voice] for voice in pack.voice]) + 2.0 * (pack.emotion == 3)
    return np.stack([places, np.zeros(len(places))], axis=1).astype(np.float32)


def test_voices_move_within_their_corpus(pack: Pack, trained: np.ndarray, statistics: np.ndarray):
    moves = between_voices(statistics, pack, trained)
    ids = np.arange(16, dtype=np.int32).repeat(50)
    moved = moves.moved(statistics[ids], ids, 1.0, np.random.default_rng(0))[:, 0] - statistics[ids, 0]
    of_first = ids < 8
    assert (moved[of_first].min(), moved[of_first].max()) == pytest.approx((0, 10), abs=0.5)
    assert (moved[~of_first].min(), moved[~of_first].max()) == pytest.approx((-10, 0), abs=0.5)
    # A corpus with one voice has no other to move to.
    only = np.arange(16, 24, dtype=np.int32)
    np.testing.assert_array_equal(moves.moved(statistics[only], only, 1.0, np.random.default_rng(0)), statistics[only])


def test_a_mean_is_over_emotions_and_over_who_trains(pack: Pack, trained: np.ndarray, statistics: np.ndarray):
    statistics = statistics.copy()
    statistics[~trained] = 1e6
    means = between_voices(statistics, pack, trained).mean[:, 0]
    # Voices follow their corpus: nEMO's, noise, RAVDESS's.
    np.testing.assert_allclose(means, [101, -50, 1, 11], atol=1e-4)


def test_corpora_move_to_others_and_noises_stay(pack: Pack, trained: np.ndarray, statistics: np.ndarray):
    moves = between_corpora(statistics, pack, trained)
    ids = np.arange(32, dtype=np.int32).repeat(50)
    moved = moves.moved(statistics[ids], ids, 1.0, np.random.default_rng(0))[:, 0] - statistics[ids, 0]
    assert moved[ids < 16].max() == pytest.approx(95, abs=5)
    assert (moved[ids >= 24] == 0).all()


def test_only_a_share_is_moved(pack: Pack, trained: np.ndarray, statistics: np.ndarray):
    moves = between_corpora(statistics, pack, trained)
    ids = np.full(2000, 20, np.int32)
    moved = moves.moved(statistics[ids], ids, 0.4, np.random.default_rng(0))[:, 0] != statistics[20, 0]
    # Half of those drawn to be moved go to the corpus that they came from.
    assert moved.mean() == pytest.approx(0.2, abs=0.04)


def test_too_few_clips_are_not_moved(pack: Pack, statistics: np.ndarray):
    trained = np.zeros(len(CORPORA), bool)
    trained[:4] = True
    ids = np.arange(4, dtype=np.int32)
    moves = between_voices(statistics, pack, trained)
    np.testing.assert_array_equal(moves.moved(statistics[ids], ids, 1.0, np.random.default_rng(0)), statistics[ids])
