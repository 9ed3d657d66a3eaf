"""What all figures share: names of downloads, the time axis, words for numbers."""

import numpy as np
import pytest

from ser_core.figures.style import (
    PICTURE_CONFIG,
    TimeAxis,
    boxes,
    decibels,
    describe,
    hertz,
    moment,
    per_cent,
    picture,
    picture_config,
    plain,
    translucent,
    with_title,
)
from ser_core.figures.waveplot import waveplot


@pytest.mark.parametrize(
    "stem, picture_name, name",
    [
        ("my call", "waveplot", "my-call-waveplot"),
        ("", "waveplot", "waveplot"),
        ("03-01-05", "mel spectrogram", "03-01-05-mel-spectrogram"),
        ("../../etc/passwd", "waveplot", "etc-passwd-waveplot"),
        ('a"<b>\\:*?|', "waveplot", "a-b-waveplot"),
        ("głos", "waveplot", "głos-waveplot"),
        ("x" * 300, "waveplot", "x" * 80 + "-waveplot"),
        ("...", "waveplot", "waveplot"),
    ],
)
def test_a_download_has_a_good_name(stem, picture_name, name):
    assert picture_config(picture_name, stem)["toImageButtonOptions"] == {
        "format": "png",
        "scale": 2,
        "filename": name,
    }


def test_the_tool_bar_is_always_there_and_each_picture_has_its_own_options():
    one, other = picture_config("waveplot"), picture_config("mfcc")
    assert one["displayModeBar"] is True
    assert one["displaylogo"] is False
    assert one["responsive"] is True
    assert "toImage" not in one["modeBarButtonsToRemove"]
    assert one["toImageButtonOptions"] != other["toImageButtonOptions"]
    assert "toImageButtonOptions" not in PICTURE_CONFIG


def test_the_look_yields_to_the_themes_of_pages():
    figure = picture([{"type": "scatter", "y": [1, 2]}], {}, height=200, description="Two points.")
    assert describe(figure) == "Two points."
    assert figure.layout.height == 200
    assert figure.layout.paper_bgcolor is None, "a background of its own would beat the theme's"
    assert figure.layout.template.layout.paper_bgcolor == "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize(
    "duration_s, title, hover",
    [
        (100.0, "Time (s)", "%{x:.2f} s"),
        (120.0, "Time (min:s)", "%{x|%-M:%S}"),
        (3600.0, "Time (h:min:s)", "%{x|%-H:%M:%S}"),
    ],
)
def test_long_sounds_get_clock_time(duration_s, title, hover):
    axis = TimeAxis(duration_s)
    layout = axis.layout()
    assert layout["title"]["text"] == title
    assert axis.hover == hover
    assert layout["range"] == list(axis.values([0, duration_s]))
    assert layout.get("type") == ("date" if axis.is_clock else None)


def test_seconds_are_seconds_and_clock_time_counts_milliseconds_from_a_midnight():
    assert TimeAxis(100).values(1.275) == pytest.approx(1.275)
    assert TimeAxis(100).widths(1.275) == pytest.approx(1.275)
    day_ms = 24 * 3600 * 1000
    assert TimeAxis(200).values(1.275) % day_ms == pytest.approx(1275)
    assert TimeAxis(200).widths(1.275) == pytest.approx(1275)
    # Two and four digits are years to Plotly, whatever the axis.
    assert TimeAxis(200).values(0.01) > 9999


@pytest.mark.parametrize(
    "time_s, words", [(0.04, "0.0 s"), (119.94, "119.9 s"), (125, "2:05"), (3599.6, "1:00:00"), (3723, "1:02:03")]
)
def test_moments_in_words(time_s, words):
    assert moment(time_s) == words


@pytest.mark.parametrize("frequency_hz, words", [(94.6, "95 Hz"), (999.4, "999 Hz"), (1250, "1.2 kHz")])
def test_frequencies_in_words(frequency_hz, words):
    assert hertz(frequency_hz) == words


def test_decibels_of_known_amplitudes():
    np.testing.assert_allclose(decibels([1.0, -0.5, 0.1, 0.0]), [0, -6.0206, -20, -120], atol=1e-3)


def test_words_from_outside_are_no_markup():
    assert plain('<a href="x">um</a> & uh') == '&lt;a href="x"&gt;um&lt;/a&gt; &amp; uh'


def test_colours_can_let_the_ground_through():
    assert translucent("#0072B2", 0.25) == "rgba(0, 114, 178, 0.25)"


def test_boxes_are_closed_and_apart():
    trace = boxes(np.array([1, 5], np.float32), np.array([2, 7], np.float32), 0, 3)
    np.testing.assert_array_equal(trace["x"], [1, 1, 2, 2, 1, np.nan, 5, 5, 7, 7, 5, np.nan])
    np.testing.assert_array_equal(trace["y"], [0, 3, 3, 0, 0, np.nan] * 2)


def test_a_title_is_outside_text_of_a_length_that_fits(white_noise):
    figure = with_title(waveplot(white_noise), "<b>" + "a long name " * 9)
    assert figure.layout.title.text.startswith("&lt;b&gt;a long name")
    assert figure.layout.title.text.endswith("…")
    assert describe(figure).startswith("Waveplot")


@pytest.mark.parametrize(
    "share, text", [(0, "0%"), (0.0099, "<1%"), (0.01, "1%"), (0.99, "99%"), (0.995, ">99%"), (1, "100%")]
)
def test_small_is_not_nothing(share, text):
    assert per_cent(share) == text
