"""A tiny corpus that a network can learn in seconds: each emotion is a tone of its own, with vibrato or without."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ser_core.corpora import Utterance, load_corpus

RATE_HZ = 16_000
TONES_HZ = {"angry": 900, "sad": 180, "happy": 420}


def tone(hz: float, rng: np.random.Generator) -> np.ndarray:
    n = int(rng.uniform(0.7, 1.1) * RATE_HZ)
    phase = 2 * np.pi * hz * rng.uniform(0.95, 1.05) * np.arange(n) / RATE_HZ
    harmonics = sum(np.sin(k * phase) / k for k in (1, 2, 3))
    return (0.2 * harmonics + 0.01 * rng.standard_normal(n)).astype(np.float32)


@pytest.fixture(scope="session")
def tiny_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three emotions, six speakers, four clips each, laid out as one's own recordings are."""
    root = tmp_path_factory.mktemp("corpus")
    rng = np.random.default_rng(7)
    for emotion, hz in TONES_HZ.items():
        for speaker in ("ann", "bob", "cem", "dee", "eva", "fox"):
            folder = root / emotion / speaker
            folder.mkdir(parents=True)
            for take in range(4):
                soundfile.write(folder / f"{take}.wav", tone(hz, rng), RATE_HZ)
    return root


@pytest.fixture(scope="session")
def tones(tiny_corpus: Path) -> tuple[Utterance, ...]:
    return load_corpus("folder", tiny_corpus)


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One for all tests: what is made of the tones is made once."""
    monkeypatch.setenv("SER_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def small_net(monkeypatch: pytest.MonkeyPatch) -> None:
    """An architecture "small", for where it does not matter what is learned. It has all that a training must keep:
    weights, statistics of batches, and the seed of dropout. That of `crnn` takes ten times as long to build.
    """
    import keras
    from keras import layers

    from ser_core.nets import registry

    def build(input_shape: tuple[int, int], n_classes: int) -> keras.Model:
        log_mel = keras.Input(input_shape, name="log_mel")
        x = layers.BatchNormalization()(layers.Conv1D(8, 5, strides=4)(log_mel))
        x = layers.Dropout(0.3)(layers.GlobalAveragePooling1D()(x))
        return keras.Model(log_mel, layers.Dense(n_classes)(x))

    monkeypatch.setitem(registry._NETS, "small", build)
