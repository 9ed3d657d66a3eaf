import numpy as np
import pytest

from ser_core.augment import AUGMENTATIONS, augmented
from ser_core.errors import SerError


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_the_same_chance_gives_the_same_copy_and_other_chance_another(name, white_noise):
    one, same, other = (augmented(white_noise, name, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.samples, same.samples)
    assert not np.array_equal(one.samples[:8000], other.samples[:8000])
    assert not np.array_equal(one.samples[:8000], white_noise.samples[:8000])


def test_noise_comes_from_the_noises_given(sine):
    hum = np.sin(2 * np.pi * 50 * np.arange(100_000) / 16_000).astype(np.float32)
    for seed in range(5):
        added = augmented(sine, "noise", np.random.default_rng(seed), [hum]).samples - sine.samples
        spectrum = np.abs(np.fft.rfft(added))
        assert spectrum.argmax() / sine.duration_s == pytest.approx(50, abs=0.5)
        snr_db = 10 * np.log10(np.mean(sine.samples**2) / np.mean(added**2))
        assert 5 <= snr_db <= 25


def test_an_unknown_augmentation_is_answered_with_the_known_ones(sine, rng):
    with pytest.raises(SerError, match="stretch"):
        augmented(sine, "strech", rng)
