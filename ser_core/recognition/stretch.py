"""A stretch of a recording that somebody selects: which emotion it sounds like, how high and how loud it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ser_core.dsp.conditioning import condition
from ser_core.dsp.pitch import track_pitch
from ser_core.features.windows import is_silent
from ser_core.labels import Emotion
from ser_core.recognition.course import shares
from ser_core.records import Clip, Prediction, Segment
from ser_core.speech import sounds_like_speech

# Of less than this nobody can tell an emotion: two syllables.
SHORTEST_S = 0.5
_LEAST_VOICED_S = 0.05
_SILENCE_DBFS = -100.0


@dataclass(frozen=True)
class Stretch:
    """What was heard in a stretch.

    Attributes:
        start_s, end_s: from when to when in the recording.
        prediction: the emotion; None where nobody speaks, the stretch is too short to tell or so long that it changes.
        shares: of a long stretch, what share of the time each emotion takes, as in `course.shares`; empty otherwise.
        pitch_hz: median pitch; None where no voice is heard, or the stretch is too long to measure.
        pitch_range_hz: the 5th and the 95th percentile of the pitch; None likewise.
        level_dbfs: mean level, a full-scale sine being -3.01; None where the stretch is too long to measure.
    """

    start_s: float
    end_s: float
    prediction: Prediction | None = None
    shares: tuple[tuple[Emotion | None, float], ...] = ()
    pitch_hz: float | None = None
    pitch_range_hz: tuple[float, float] | None = None
    level_dbfs: float | None = None

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s

    @property
    def is_too_short(self) -> bool:
        """Whether it is too short for anybody to tell an emotion."""
        return self.duration_s < SHORTEST_S


def hear_stretch(clip: Clip, start_s: float, predict: Callable[[Clip], Prediction]) -> Stretch:
    """What is heard in a clip that begins at `start_s` of its recording, by itself; `predict` is a recogniser's.

    Raises AudioError when the clip is empty.
    """
    prediction = None
    if clip.duration_s >= SHORTEST_S and not is_silent(clip) and sounds_like_speech(sound := condition(clip)):
        prediction = predict(sound)
    pitch = track_pitch(clip)
    power = float(np.mean(np.square(clip.samples, dtype=np.float64)))
    heard = Stretch(
        start_s,
        start_s + clip.duration_s,
        prediction,
        level_dbfs=10 * float(np.log10(power)) if power > 0 else _SILENCE_DBFS,
    )
    if pitch.voiced_s < _LEAST_VOICED_S:
        return heard
    low_hz, median_hz, high_hz = (float(hz) for hz in np.quantile(pitch.f0_hz[pitch.voiced], [0.05, 0.5, 0.95]))
    return replace(heard, pitch_hz=median_hz, pitch_range_hz=(low_hz, high_hz))


def recall_stretch(timeline: Sequence[Segment], start_s: float, end_s: float) -> Stretch:
    """What was heard between two moments of a recording when it was heard as a whole."""
    inside = [segment for segment in timeline if segment.start_s < end_s and segment.end_s > start_s]
    return Stretch(start_s, end_s, shares=shares(inside))
