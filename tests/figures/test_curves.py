"""Level, zero crossings and centroid over time."""

import numpy as np
import pytest

from ser_core.figures import describe, frame_curves, survey
from ser_core.records import Clip


def test_the_curves_show_known_values(sine):
    level, crossings, centroid = frame_curves(sine).data
    inner = slice(10, -10)
    np.testing.assert_allclose(level.y[inner], -9.03, atol=0.1)
    np.testing.assert_allclose(crossings.y[inner], 440, atol=16)
    np.testing.assert_allclose(centroid.y[inner], 220, atol=15)
    assert level.x[100] == pytest.approx(1.0)


def test_the_panels_share_one_time_axis_and_have_units(sine):
    figure = frame_curves(sine)
    assert {trace.xaxis for trace in figure.data} == {None}
    assert [trace.yaxis for trace in figure.data] == ["y1", "y2", "y3"] or [trace.yaxis for trace in figure.data] == [
        "y",
        "y2",
        "y3",
    ]
    titles = [figure.layout[name].title.text for name in ("yaxis", "yaxis2", "yaxis3")]
    for title, unit in zip(titles, ("dBFS", "1/s", "Hz"), strict=True):
        assert f"({unit})" in title
    domains = [figure.layout[name].domain for name in ("yaxis3", "yaxis2", "yaxis")]
    edges = [edge for domain in domains for edge in domain]
    assert edges == sorted(edges), "the panels do not overlap"


def test_where_it_is_quiet_only_the_level_is_drawn(sine):
    """Background noise 60 dB under the tone has a centroid and crossings of its own, which say nothing."""
    noise = 0.0003 * np.random.default_rng(0).normal(size=16_000)
    clip = Clip(np.concatenate([sine.samples, noise]).astype(np.float32), 16_000)
    level, crossings, centroid = frame_curves(clip).data
    assert np.isfinite(level.y).all()
    quiet = np.asarray(level.x) > 2.1
    assert np.isnan(crossings.y[quiet]).all()
    assert np.isnan(centroid.y[quiet]).all()
    assert np.isfinite(crossings.y[~quiet][:-10]).all()


def test_it_is_described_by_what_was_measured(sine):
    text = describe(frame_curves(sine))
    assert text.startswith("Frame curves over 2.0 s: level highest at ")
    assert "median −9.0 dBFS" in text
    assert "zero crossings a second and a spectral centroid of 2" in text


def test_silence_is_drawn_and_called_so(silence):
    assert describe(frame_curves(silence)) == "Frame curves over 1.0 s: silence."


def test_clip_and_view_are_drawn_alike(white_noise):
    assert frame_curves(white_noise).to_json() == frame_curves(survey(white_noise)).to_json()
