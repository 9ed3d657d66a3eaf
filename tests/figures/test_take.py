import numpy as np
import pytest

from ser_core.figures import describe
from ser_core.figures.take import delivery_contours
from ser_core.prosody import measure_prosody
from ser_core.prosody.disfluency import find_disfluencies
from tests.prosody.voices import clip_of, glide, silence, steady


def contours(clip):
    prosody = measure_prosody(clip)
    return delivery_contours(clip, prosody, find_disfluencies(prosody))


@pytest.fixture(scope="module")
def take():
    parts = [silence(0.2), glide(110, 150, 0.8), silence(1.4), steady(120, 0.9), silence(0.2)]
    return clip_of(np.concatenate(parts))


def test_contours_show_pitch_level_and_marks(take):
    prosody = measure_prosody(take)
    figure = contours(take)
    traces = {trace.yaxis: trace for trace in figure.data if trace.yaxis}
    pitch = np.asarray(traces["y3"].y, dtype=float)
    np.testing.assert_allclose(pitch, prosody.pitch.f0_hz, rtol=1e-6)
    assert np.asarray(traces["y2"].y).max() == pytest.approx(prosody.frames.level_db.max(), abs=0.01)
    (mark,) = [trace for trace in figure.data if trace.name == "Long pause"]
    assert np.nanmin(mark.x) == pytest.approx(1.0, abs=0.03)
    assert np.nanmax(mark.x) == pytest.approx(2.4, abs=0.03)
    low, high = 10 ** np.array(figure.layout.yaxis3.range)
    assert low < np.nanmin(pitch) < np.nanmax(pitch) < high


def test_contours_are_described_in_words(take):
    text = describe(contours(take))
    assert "1 pause" in text
    assert "peak −" in text
    assert "long pause from 1.0 s to 2.4 s" in text


def test_contours_of_silence():
    assert "0 pauses" in describe(contours(clip_of(silence(1.0))))
