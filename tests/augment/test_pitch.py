import numpy as np
import pytest

from ser_core.augment import at_pitch


@pytest.mark.parametrize("semitones", [-2, 0.5, 12])
def test_higher_by_semitones_and_as_long_as_before(sine, semitones):
    changed = at_pitch(sine, semitones)
    assert len(changed.samples) == len(sine.samples)
    spectrum = np.abs(np.fft.rfft(changed.samples * np.hanning(len(changed.samples))))
    # The resampling works with whole samples: a few tenths of a per cent.
    assert spectrum.argmax() / changed.duration_s == pytest.approx(220 * 2 ** (semitones / 12), rel=0.01)
