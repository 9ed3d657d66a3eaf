import numpy as np
import pytest

from ser_core.augment import at_speed


@pytest.mark.parametrize("factor", [0.8, 1.0, 1.25])
def test_faster_is_shorter_and_higher(sine, factor):
    changed = at_speed(sine, factor)
    assert changed.duration_s == pytest.approx(sine.duration_s / factor, abs=0.001)
    assert changed.rate_hz == sine.rate_hz
    spectrum = np.abs(np.fft.rfft(changed.samples * np.hanning(len(changed.samples))))
    peak_hz = spectrum.argmax() * changed.rate_hz / len(changed.samples)
    assert peak_hz == pytest.approx(220 * factor, abs=1)
