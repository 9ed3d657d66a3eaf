"""What an answer rests on, over the mel spectrogram."""

import numpy as np
import pytest

from ser_core.errors import AudioError
from ser_core.features.log_mel import LogMelConfig
from ser_core.figures import describe, saliency_picture
from ser_core.recognition.occlusion import occlusion_saliency
from ser_core.records import Clip, Saliency
from ser_core.text.saliency import where

CONFIG = LogMelConfig()


@pytest.fixture
def saliency() -> Saliency:
    """A second of sound from 0.5 s on, of which the model hears frames 40 to 56 and bands 20 to 32 alone."""
    frames = np.ones((80, CONFIG.n_mels), dtype=np.float32)
    return occlusion_saliency(frames, lambda f: np.array([3 * f[40:56, 20:32].mean(), 0.0]), 0, CONFIG, start_s=0.5)


def in_hz(name: str) -> float:
    return float(name.removesuffix(" Hz"))


def test_the_colour_peaks_at_the_moment_and_frequency_that_count(white_noise, saliency):
    overlay = saliency_picture(white_noise, saliency, "angry").data[1]
    weights = np.asarray(overlay.z)
    row, column = np.unravel_index(weights.argmax(), weights.shape)
    # Frames 40 to 56 at 80 a second lie from 1.0 to 1.2 s; a step of the map is 0.1 s.
    assert 0.9 < overlay.x0 + column * overlay.dx < 1.3
    low_hz, high_hz = saliency.frequencies_hz[[16, 36]]
    assert low_hz < in_hz(overlay.y[row]) < high_hz


def test_the_frame_is_around_what_the_words_name(white_noise, saliency):
    figure = saliency_picture(white_noise, saliency, "angry", start_s=60.0)
    for frame in figure.layout.shapes:
        assert (frame.x0, frame.x1) == pytest.approx([60 + at_s for at_s in saliency.moment_s])
        names = figure.data[1].y
        assert in_hz(names[round(frame.y0)]) == pytest.approx(saliency.range_hz[0], rel=0.15)
        assert in_hz(names[round(frame.y1)]) == pytest.approx(saliency.range_hz[1], rel=0.15)
    assert describe(figure) == f"Where the model listened for angry, 60.5 s to 61.5 s: {where(saliency, 60.0)}."
    low_s, high_s = figure.layout.xaxis.range
    assert (low_s, high_s) == pytest.approx((60.4, 61.6), abs=0.02)


def test_for_and_against_have_the_same_scale_and_it_is_never_tiny(white_noise, saliency):
    scale = saliency_picture(white_noise, saliency, "angry").layout.coloraxis
    assert scale.cmin == -scale.cmax
    assert "(log-odds)" in scale.colorbar.title.text
    none = occlusion_saliency(np.ones((80, 64), dtype=np.float32), lambda f: np.zeros(2), 0, CONFIG)
    figure = saliency_picture(white_noise, none, "angry")
    assert figure.layout.coloraxis.cmax == 0.1
    assert not figure.layout.shapes


def test_an_empty_window_is_refused(saliency):
    with pytest.raises(AudioError):
        saliency_picture(Clip(np.zeros(0, dtype=np.float32), 16_000), saliency, "angry")
