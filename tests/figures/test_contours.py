import numpy as np
import pytest

from ser_core.figures import describe
from ser_core.figures.contours import delivery_contours, delivery_strips
from ser_core.labels import Emotion
from ser_core.practice.reference import Band
from ser_core.prosody import measure_prosody
from ser_core.prosody.disfluency import find_disfluencies
from tests.practice.feedback.takes import band, placement
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
    assert "long pause from 1.0 s to 2.4 s" in text


def test_contours_of_silence():
    assert "0 pauses" in describe(contours(clip_of(silence(1.0))))


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


def test_numbers_below_nought_have_a_minus_sign(take):
    ending = placement("pitch_final_semitones", -3.2, middle=-2.0)
    (words,) = [a.text for a in delivery_strips([ending], Emotion.SAD).layout.annotations]
    assert words == "<b>Ending</b> −3.2 semitones · usual −4.0 to 0.0"
    assert "peak −" in describe(contours(take))


def test_strips_without_placements():
    assert describe(delivery_strips([], Emotion.ANGRY))
