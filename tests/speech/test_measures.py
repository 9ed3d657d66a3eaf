"""Each measure on a sound of which it is known."""

import numpy as np
import pytest

from ser_core.errors import AudioError
from ser_core.records import Clip
from ser_core.speech.measures import MEASURES, measure_sound

TIME_S = np.arange(3 * 16_000) / 16_000


def measured(samples: np.ndarray) -> dict[str, float]:
    return dict(zip(MEASURES, measure_sound(Clip(samples.astype(np.float32), 16_000)), strict=True))


def pulsing(rate_hz: float, rng: np.random.Generator) -> dict[str, float]:
    return measured(0.1 * rng.standard_normal(len(TIME_S)) * (1.05 + np.sin(2 * np.pi * rate_hz * TIME_S)))


def harmonic(pitch_hz: np.ndarray | float) -> np.ndarray:
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(pitch_hz, TIME_S.shape)) / 16_000
    return 0.1 * np.sum([np.sin(k * phase) / k for k in range(1, 11)], axis=0)


def test_the_pace_of_a_pulse_is_found_in_its_band(rng):
    slow, syllables, fast = (pulsing(rate_hz, rng) for rate_hz in (1.5, 5.5, 25.0))
    assert syllables["change at 4 to 8 Hz"] > -0.5  # a share of more than 0.6
    assert max(slow["change at 4 to 8 Hz"], fast["change at 4 to 8 Hz"]) < -1
    assert fast["change at 16 to 50 Hz"] > max(slow["change at 16 to 50 Hz"], syllables["change at 16 to 50 Hz"])


def test_noise_that_pulses_changes_in_step_and_steady_noise_does_not(rng, white_noise):
    assert pulsing(5.5, rng)["change in step"] > 0.6
    # Eighteen bands, each by itself: an eighteenth.
    assert measured(white_noise.samples)["change in step"] < 0.15


def test_a_held_note_stands_still_at_its_pitch_and_lasts():
    note = measured(harmonic(200.0))
    assert note["pitch"] == pytest.approx(12, abs=0.2)  # an octave over 100 Hz
    assert note["pitch stands still"] == 1
    assert note["pitch jumps"] == 0
    assert note["persistence"] > 0.95


def test_a_gliding_voice_neither_stands_still_nor_lasts():
    glide = measured(harmonic(150 * 2 ** (0.5 * np.sin(2 * np.pi * TIME_S))))
    assert glide["pitch stands still"] < 0.6
    assert glide["pitch jumps"] < 0.05
    assert glide["persistence"] < 0.5


def test_shares_of_the_spectrum_are_those_of_a_tone():
    low, high = (measured(0.1 * np.sin(2 * np.pi * hz * TIME_S)) for hz in (600.0, 5000.0))
    assert low["share at 300 to 1000 Hz"] == pytest.approx(0, abs=0.01)  # the logarithm of all
    assert high["share over 3400 Hz"] == pytest.approx(0, abs=0.01)
    assert low["share over 3400 Hz"] == pytest.approx(np.log(1e-4), abs=0.5)
    assert low["centroid"] == pytest.approx(np.log2(650), abs=0.05)
    assert high["centroid"] - low["centroid"] == pytest.approx(np.log2(5050 / 650), abs=0.05)


def test_a_noise_has_no_pitch(white_noise):
    found = measured(white_noise.samples)
    assert np.isnan([found["pitch"], found["pitch stands still"], found["pitch jumps"]]).all()


def test_neither_the_level_nor_silence_around_the_sound_matters(rng):
    """A gliding voice and hiss in turn, as in syllables."""
    voice = harmonic(150 * 2 ** (0.3 * np.sin(2 * np.pi * 3 * TIME_S)))
    hiss = 0.05 * rng.standard_normal(len(TIME_S))
    sound = np.where(np.sin(2 * np.pi * 4 * TIME_S) > -0.3, voice, hiss) * (1.1 + np.sin(2 * np.pi * 4 * TIME_S))
    plain = measure_sound(Clip(sound.astype(np.float32), 16_000))
    quiet = measure_sound(Clip((0.01 * sound).astype(np.float32), 16_000))
    np.testing.assert_allclose(quiet, plain, atol=0.02)
    padded = np.pad(sound, 160 * 100)  # whole frames, so that the same ones are cut
    np.testing.assert_allclose(measure_sound(Clip(padded.astype(np.float32), 16_000)), plain, atol=0.15)


@pytest.mark.parametrize("n", [1, 16, 500, 8000])
def test_a_blink_and_digital_silence_are_measured_too(n, rng):
    for samples in (np.zeros(n), 0.1 * rng.standard_normal(n)):
        assert not np.isinf(measure_sound(Clip(samples.astype(np.float32), 16_000))).any()


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(AudioError, match="empty"):
        measure_sound(Clip(np.zeros(0, dtype=np.float32), 16_000))
    with pytest.raises(AudioError, match="8000 Hz"):
        measure_sound(Clip(np.zeros(8000, dtype=np.float32), 8000))
