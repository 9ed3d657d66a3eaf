import numpy as np
import pytest

from ser_core.figures import describe
from ser_core.labels import Emotion
from ser_core.practice.reference import Band
from ser_core.practice.strips import delivery_strips
from tests.practice.feedback.takes import band, placement


def test_strip_places_the_take_on_the_common_scale():
    # The middle half of the band, 6 to 10, is drawn from -1 to 1; nine tenths, 3 to 13, from -2.5 to 2.5.
    figure = delivery_strips([placement(value=9.0)], Emotion.ANGRY)
    outer, inner, dot = figure.data
    assert (inner.base[0], inner.x[0]) == (-1.0, 2.0)
    assert outer.base[0] == pytest.approx(-2.4)
    assert dot.x[0] == pytest.approx(0.5)
    assert dot.marker.symbol[0] == "circle"


def test_value_off_the_strip_is_an_arrow_at_its_edge():
    dot = delivery_strips([placement(value=40.0), placement("dynamics_db", -40.0)], Emotion.ANGRY).data[2]
    assert list(dot.marker.symbol) == ["triangle-right", "triangle-left"]
    assert np.abs(dot.x).max() <= 2.4


def test_strip_says_values_in_words_and_leaves_out_what_nobody_can_change():
    placements = [
        placement(value=9.0),
        placement("jitter_percent", 1.0),
        placement("loudness_lufs", 3.0, band=band(5.0, 2.0), relative=True),
    ]
    figure = delivery_strips(placements, Emotion.ANGRY)
    assert [a.text for a in figure.layout.annotations] == [
        "<b>Pitch range</b> 9.0 semitones · usual 6.0 to 10.0",
        "<b>Loudness</b> +3.0 dB · usual +3.0 to +7.0",
    ]
    assert describe(figure) == (
        "Your take among angry takes: Pitch range 9.0 semitones, usually 6.0 to 10.0; "
        "Loudness +3.0 dB from your neutral voice, usually +3.0 to +7.0."
    )


def test_a_value_that_the_targets_takes_never_have_is_still_seen_against_them():
    none = Band(0.0, 0.0, 0.0, 0.0, 8.0, 440)
    pauses = placement("pause_share", 0.0, band=none), placement("pause_share", 53.0, band=none)
    figure = delivery_strips(pauses, Emotion.ANGRY)
    outer, inner, dot = figure.data
    assert list(inner.base) == [-1, -1]
    assert list(inner.x) == [2, 2]  # as wide as in every other strip
    assert outer.base[0] == -1
    assert outer.base[0] + outer.x[0] == pytest.approx(8 / 4)  # 4%: half the smallest difference worth a word
    assert dot.x[0] == 0
    assert dot.marker.symbol[1] == "triangle-right"
    assert [a.text for a in figure.layout.annotations] == [
        "<b>Pauses</b> 0% · usual none",
        "<b>Pauses</b> 53% · usual none",
    ]
    assert describe(figure) == "Your take among angry takes: Pauses 0%, usually none; Pauses 53%, usually none."


def test_numbers_below_nought_have_a_minus_sign():
    ending = placement("pitch_final_semitones", -3.2, middle=-2.0)
    (words,) = [a.text for a in delivery_strips([ending], Emotion.SAD).layout.annotations]
    assert words == "<b>Ending</b> −3.2 semitones · usual −4.0 to 0.0"


def test_strips_without_placements():
    figure = delivery_strips([], Emotion.ANGRY)
    assert not figure.layout.annotations
    assert describe(figure) == "Your take among angry takes: no value is known."
