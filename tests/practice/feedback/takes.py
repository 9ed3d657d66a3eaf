"""Takes and bands whose place is known by construction."""

import numpy as np

from ser_core.labels import Emotion
from ser_core.practice.feedback import Placement
from ser_core.practice.reference import Band, Reference, Register
from ser_core.prosody import measure_prosody
from tests.prosody.voices import clip_of, glide, silence, steady


def spoken():
    """3.1 s: flat and low for 1.2 s, a pause of 0.5 s, then lively, high and 12 dB louder."""
    flat, lively = steady(120, 1.2, level=0.1), np.concatenate([glide(150, 300, 0.7), glide(300, 150, 0.7)]) * 1.3
    return measure_prosody(clip_of(np.concatenate([flat, silence(0.5), lively])))


def band(middle, half=1.0):
    """Quartiles at `half` on both sides of the middle, the outer quantiles at 2.5 times that."""
    return Band(middle - 2.5 * half, middle - half, middle, middle + half, middle + 2.5 * half, 100)


def placement(name="pitch_range_semitones", value=3.0, middle=8.0, **changes):
    """A take below a band of 6 to 10 semitones, by which the target lies above the others."""
    options = {
        "band": band(middle, 2.0),
        "relative": False,
        "weight": 1.0,
        "towards": 1,
        "confidence": 1.0,
    } | changes
    return Placement(name, value, **options)


def reference(absolute, relative=None):
    """A table of lower voices from {(emotion, name): band}."""

    def cells(bands):
        return {(emotion, Register.LOWER, name): b for (emotion, name), b in bands.items()}

    return Reference(cells(absolute), cells(relative or {}), ())


ANGRY, SAD, NEUTRAL = Emotion.ANGRY, Emotion.SAD, Emotion.NEUTRAL
