import numpy as np
import pytest

from ser_core.dsp.pitch import track_pitch
from ser_core.prosody.melody import pitch_final_semitones, pitch_median_hz, pitch_range_semitones
from tests.prosody.voices import clip_of, glide, silence, steady


def contour(*parts):
    return track_pitch(clip_of(np.concatenate(parts)))


@pytest.mark.parametrize("semitones", [3, 7, 12, 19])
def test_range_of_a_glide_is_its_middle_95_percent(semitones):
    measured = pitch_range_semitones(contour(glide(110, 110 * 2 ** (semitones / 12), 2.0)))
    # The tracker sees 50 ms at once, so the first and last frames lie a little inside the glide.
    assert measured == pytest.approx(0.95 * semitones, abs=0.02 * semitones + 0.05)


def test_steady_voice_has_no_range_and_its_median():
    flat = contour(steady(123, 1.0))
    assert pitch_range_semitones(flat) < 0.1
    assert pitch_median_hz(flat) == pytest.approx(123, rel=0.003)


def test_one_squeak_does_not_widen_the_range():
    assert pitch_range_semitones(contour(steady(120, 2.0), silence(0.1), steady(300, 0.03))) < 0.3


@pytest.mark.parametrize("factor, sign", [(2 ** (4 / 12), 1), (2 ** (-4 / 12), -1)])
def test_ending_has_direction_and_size(factor, sign):
    measured = pitch_final_semitones(contour(steady(150, 1.0), glide(150, 150 * factor, 0.3)))
    assert measured == pytest.approx(sign * 4, abs=0.8)  # the window of 50 ms rounds both corners


def test_level_ending_is_zero():
    assert pitch_final_semitones(contour(glide(100, 200, 1.0), steady(200, 0.5))) == pytest.approx(0, abs=0.1)


def test_nothing_is_made_up_without_voice():
    for measure in (pitch_median_hz, pitch_range_semitones, pitch_final_semitones):
        assert measure(contour(silence(1.0))) is None
    assert pitch_final_semitones(contour(steady(150, 1.0), silence(0.2), steady(150, 0.04))) is None
