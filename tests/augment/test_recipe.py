import numpy as np

from ser_core.augment import disturbed


def test_the_same_seed_disturbs_in_the_same_way(white_noise):
    one, same, other = (
        disturbed(white_noise, [white_noise.samples], np.random.default_rng(seed)).samples for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert one.shape != other.shape or not np.array_equal(one, other)


def test_a_disturbed_clip_is_still_a_clip(sine):
    for seed in range(20):
        clip = disturbed(sine, [], np.random.default_rng(seed))
        assert clip.samples.dtype == np.float32
        assert np.isfinite(clip.samples).all()
        assert 0.8 * sine.duration_s < clip.duration_s < 1.2 * sine.duration_s
