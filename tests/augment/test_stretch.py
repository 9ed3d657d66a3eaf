import numpy as np
import pytest

from ser_core.augment import stretched


@pytest.mark.parametrize("factor", [0.8, 1.25])
def test_faster_is_shorter_and_as_high_as_before(sine, factor):
    changed = stretched(sine, factor)
    assert changed.rate_hz == sine.rate_hz
    assert changed.duration_s == pytest.approx(sine.duration_s / factor, abs=0.001)
    spectrum = np.abs(np.fft.rfft(changed.samples * np.hanning(len(changed.samples))))
    # A phase vocoder keeps each bin's frequency; bins of the stretched clip are half a hertz wide.
    assert spectrum.argmax() / changed.duration_s == pytest.approx(220, abs=2)
