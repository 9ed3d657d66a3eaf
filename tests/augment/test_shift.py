import numpy as np

from ser_core.augment import shifted


def test_everything_moves_and_nothing_is_lost(white_noise):
    later = shifted(white_noise, 0.25)
    assert np.array_equal(later.samples[4000:], white_noise.samples[:-4000])
    assert np.array_equal(later.samples[:4000], white_noise.samples[-4000:])
    assert np.array_equal(shifted(later, -0.25).samples, white_noise.samples)
