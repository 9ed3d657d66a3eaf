"""The waveform."""

import numpy as np
import pytest

from ser_core.errors import AudioError
from ser_core.figures import describe, fold_envelope, survey, waveplot
from ser_core.records import Clip


def test_it_shows_level_and_time_of_the_sound(sine):
    figure = waveplot(sine)
    lower, upper = figure.data
    assert upper.fill == "tonexty"
    assert max(upper.y) == pytest.approx(0.5, abs=1e-3)
    assert min(lower.y) == pytest.approx(-0.5, abs=1e-3)
    assert max(upper.customdata) == pytest.approx(-6.0, abs=0.1)
    assert upper.x[-1] == pytest.approx(2.0, abs=1e-3)
    assert tuple(figure.layout.xaxis.range) == (0, 2)
    low, high = figure.layout.yaxis.range
    assert -low == high > 0.5
    assert not figure.layout.legend.orientation


def test_clip_outline_and_view_are_drawn_alike(white_noise):
    drawn = [waveplot(sound).to_json() for sound in (white_noise, fold_envelope(white_noise), survey(white_noise))]
    assert drawn[0] == drawn[1] == drawn[2]


def test_it_is_described_by_what_was_measured():
    samples = np.zeros(3 * 16_000, dtype=np.float32)
    samples[22_400] = -0.7
    assert describe(waveplot(Clip(samples, 16_000))) == "Waveplot: 3.0 s, peak −3.1 dBFS, loudest at 1.4 s."


def test_silence_is_drawn_and_called_so(silence):
    figure = waveplot(silence)
    assert describe(figure) == "Waveplot: 1.0 s of silence."
    assert figure.layout.yaxis.range[1] > 0


def test_an_empty_clip_is_refused():
    with pytest.raises(AudioError, match="empty"):
        waveplot(Clip(np.zeros(0, dtype=np.float32), 16_000))
