import numpy as np

from ser_core.augment import Copies, copies_of, disturbed, noisy, telephoned
from ser_core.records import Clip


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


def test_a_noisy_clip_has_louder_pauses_than_before_and_another_length(rng):
    samples = np.concatenate([np.zeros(16_000), rng.standard_normal(16_000)]).astype(np.float32)
    for seed in range(10):
        clip = noisy(Clip(samples, 16_000), [samples[::-1]], np.random.default_rng(seed))
        assert 0.84 < clip.duration_s / 2 < 1.19
        assert np.abs(clip.samples[:8_000]).max() > 0.05


def test_a_telephone_lets_only_its_band_through(white_noise):
    clip = telephoned(white_noise, np.random.default_rng(0))
    power = np.abs(np.fft.rfft(clip.samples)) ** 2
    hz = np.fft.rfftfreq(len(clip.samples), 1 / clip.rate_hz)
    assert power[(hz < 150) | (hz > 4500)].sum() < 0.01 * power.sum()


def test_copies_come_in_their_order_and_leave_each_other_alone(white_noise):
    def made(which: Copies) -> list[np.ndarray]:
        clips = copies_of(white_noise, which, [white_noise.samples], np.random.default_rng(0))
        return [clip.samples for clip in clips]

    without = made(Copies(disturbed=1, speeds=(2.0,), noisy=1))
    together = made(Copies(disturbed=1, speeds=(2.0,), noisy=1, telephone=2))
    assert len(together) == 5
    for one, same in zip(without, together, strict=False):
        np.testing.assert_array_equal(one, same)
    assert len(together[1]) == len(white_noise.samples) // 2
    assert not np.array_equal(together[3][:1000], together[4][:1000])
