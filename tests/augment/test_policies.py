import numpy as np
import pytest

from ser_core.augment import AUGMENTATIONS, Copies, augmented, copies_of
from ser_core.errors import SerError
from ser_core.records import Clip


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_the_same_chance_gives_the_same_copy_and_other_chance_another(name, white_noise):
    others = [white_noise.samples[::-1]] if name in ("mixed", "noisy") else []
    one, same, other = (augmented(white_noise, name, others, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.samples, same.samples)
    assert not np.array_equal(one.samples[:8000], other.samples[:8000])
    assert not np.array_equal(one.samples[:8000], white_noise.samples[:8000])


def test_noise_comes_from_the_noises_given(sine):
    hum = np.sin(2 * np.pi * 50 * np.arange(100_000) / 16_000).astype(np.float32)
    for seed in range(5):
        added = augmented(sine, "noise", [hum], np.random.default_rng(seed)).samples - sine.samples
        spectrum = np.abs(np.fft.rfft(added))
        assert spectrum.argmax() / sine.duration_s == pytest.approx(50, abs=0.5)
        snr_db = 10 * np.log10(np.mean(sine.samples**2) / np.mean(added**2))
        assert 5 <= snr_db <= 25


def test_an_unknown_augmentation_is_answered_with_the_known_ones(sine, rng):
    with pytest.raises(SerError, match="stretch"):
        augmented(sine, "strech", [], rng)


def test_a_mixed_copy_is_still_a_clip(sine):
    for seed in range(20):
        clip = augmented(sine, "mixed", [], np.random.default_rng(seed))
        assert clip.samples.dtype == np.float32
        assert np.isfinite(clip.samples).all()
        assert 0.8 * sine.duration_s < clip.duration_s < 1.2 * sine.duration_s


def test_a_noisy_clip_has_louder_pauses_than_before_and_another_length(rng):
    samples = np.concatenate([np.zeros(16_000), rng.standard_normal(16_000)]).astype(np.float32)
    for seed in range(10):
        clip = augmented(Clip(samples, 16_000), "noisy", [samples[::-1]], np.random.default_rng(seed))
        assert 0.84 < clip.duration_s / 2 < 1.19
        assert np.abs(clip.samples[:8_000]).max() > 0.05


def test_a_telephone_lets_only_its_band_through(white_noise):
    clip = augmented(white_noise, "telephone", [], np.random.default_rng(0))
    power = np.abs(np.fft.rfft(clip.samples)) ** 2
    hz = np.fft.rfftfreq(len(clip.samples), 1 / clip.rate_hz)
    assert power[(hz < 150) | (hz > 4500)].sum() < 0.01 * power.sum()


def test_copies_come_in_their_order_and_leave_each_other_alone(white_noise):
    def made(which: Copies) -> list[np.ndarray]:
        clips = copies_of(white_noise, which, [white_noise.samples], np.random.default_rng(0))
        return [clip.samples for clip in clips]

    without = made(Copies(mixed=1, speeds=(2.0,), noisy=1))
    together = made(Copies(mixed=1, speeds=(2.0,), noisy=1, telephone=2))
    assert len(together) == 5
    for one, same in zip(without, together, strict=False):
        np.testing.assert_array_equal(one, same)
    assert len(together[1]) == len(white_noise.samples) // 2
    assert not np.array_equal(together[3][:1000], together[4][:1000])
