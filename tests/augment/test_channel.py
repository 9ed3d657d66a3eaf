import numpy as np
import pytest

from ser_core.augment import band_limited, saturated


def level_db(clip, low_hz, high_hz):
    power = np.abs(np.fft.rfft(clip.samples)) ** 2
    hz = np.fft.rfftfreq(len(clip.samples), 1 / clip.rate_hz)
    return 10 * np.log10(power[(hz >= low_hz) & (hz < high_hz)].mean())


def test_a_telephone_band_keeps_its_middle_and_takes_the_rest(white_noise):
    telephone = band_limited(white_noise, 300, 3400)
    assert level_db(telephone, 600, 2500) == pytest.approx(level_db(white_noise, 600, 2500), abs=0.1)
    # An octave outside: 48 dB a slope of eighth order.
    assert level_db(telephone, 100, 150) < level_db(white_noise, 100, 150) - 40
    assert level_db(telephone, 6800, 8000) < level_db(white_noise, 6800, 8000) - 40


def test_clipping_flattens_the_peaks_asked_for_and_brings_them_to_one(sine):
    clipped = saturated(sine, 6.0206)
    # Half of the peak: a sine is over it for 2/3 of the time.
    assert np.mean(np.abs(clipped.samples) > 0.999) == pytest.approx(2 / 3, abs=0.01)
    assert np.abs(clipped.samples).max() == pytest.approx(1)


def test_silence_is_not_divided_by(silence):
    assert saturated(silence, 6) is silence
