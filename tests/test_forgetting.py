"""A stranger's voice does not stay in memory: no clip, and nothing computed from one, outlives the call."""

from functools import lru_cache

import pytest

from ser_core import figures
from ser_core.features import pictures
from ser_core.features.contours import contours
from ser_core.features.feature_sets import FEATURE_SETS
from ser_core.features.log_mel import LogMelConfig, log_mel
from ser_core.features.model_input import model_input
from ser_core.figures.take import delivery_contours
from ser_core.labels import Emotion
from ser_core.practice.delivery import Delivery, judge_delivery
from ser_core.prosody import measure_prosody
from ser_core.records import Clip
from ser_core.speech.measures import measure_sound
from tests.forgetting import what_stays


def drawn_delivery(clip: Clip) -> tuple[Delivery, object]:
    prosody = measure_prosody(clip)
    judged = judge_delivery(prosody, Emotion.HAPPY)
    return judged, delivery_contours(clip, prosody, judged.disfluencies)


WORK = {
    "log-mel": lambda clip: log_mel(clip, LogMelConfig()),
    "model input": lambda clip: model_input(clip, LogMelConfig()),
    **{name: known.extract for name, known in FEATURE_SETS.items()},
    "frame curves": lambda clip: [
        pictures.rms(clip),
        pictures.zero_crossing_rate(clip),
        pictures.spectral_centroid(clip),
    ],
    "speech": measure_sound,
    "pictures": lambda clip: [
        draw(figures.survey(clip))
        for draw in (figures.waveplot, figures.spectrogram, figures.mfcc_picture, figures.frame_curves)
    ],
    "delivery": drawn_delivery,
}


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_nothing_of_a_clip_stays(work):
    assert what_stays(work) == []


def test_a_cache_of_the_last_clip_would_be_seen():
    kept = what_stays(lru_cache(maxsize=1)(contours))
    assert kept[:2] == ["the clip", "its samples"]


def test_what_was_computed_of_a_clip_would_be_seen():
    last = []

    def work(clip):
        last[:] = [contours(clip)]

    assert what_stays(work)


def test_an_error_lets_go_of_the_clip():
    def fail(clip):
        with pytest.raises(ValueError, match="odd width"):
            pictures.delta(contours(clip).T, width=2)

    assert what_stays(fail) == []
