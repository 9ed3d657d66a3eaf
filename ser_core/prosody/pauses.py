"""Where somebody speaks and where they pause."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ser_core.arrays import DoubleArray, Mask
from ser_core.dsp.pitch import HOP_S, PitchContour, harmonics_to_noise_db
from ser_core.dsp.runs import true_runs
from ser_core.prosody.frames import SILENCE_DB, Frames

# Silences shorter than this are mostly the closures of plosives: Campione and Véronis 2002 ("A large-scale multilingual
# study of silent pause duration", Speech Prosody) separate brief from medium pauses at 0.2 s, and those from long ones
# at 1 s. De Jong and Bosker 2013 ("Choosing a threshold for silent pauses to measure second language fluency", DiSS)
# suggest 0.25 s.
MIN_PAUSE_S = 0.2
# Speech reaches this far below its own loud parts (de Jong and Wempe 2009 use the same 25 dB).
_SPEECH_DEPTH_DB = 25.0
# How far above the background a sound must be to count as speech, and how near to the voice this may move the threshold
# in a loud room.
_ABOVE_NOISE_DB = 6.0
_NEAREST_DB = 10.0
# An unvoiced sound between two silences that is shorter than this is a click, not a word.
_MIN_SOUND_S = 0.06


@dataclass(frozen=True)
class Pause:
    """A silence inside speech; silences before the first and after the last word do not count."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Length of the silence."""
        return self.end_s - self.start_s


@dataclass(frozen=True, eq=False)
class Speech:
    """Where there is speech.

    Attributes:
        active: bool, shape (frames,): frames with sound: above the threshold or voiced.
        start_s, end_s: first and last moment of speech; both 0 when there is none.
        pauses: silences of at least 0.2 s between the two, in order.
        level_db: level of the loud parts of speech (95th percentile), dBFS.
        snr_db: how far that is above the background, or above the noise in the voice itself.
    """

    active: Mask
    start_s: float
    end_s: float
    pauses: tuple[Pause, ...]
    level_db: float
    snr_db: float

    @property
    def span_s(self) -> float:
        """Time from the first to the last word, including pauses."""
        return self.end_s - self.start_s

    @property
    def paused_s(self) -> float:
        """Total length of the pauses."""
        return sum(pause.duration_s for pause in self.pauses)

    @property
    def speaking_s(self) -> float:
        """Time from the first to the last word without the pauses."""
        return self.span_s - self.paused_s


def find_speech(frames: Frames, pitch: PitchContour) -> Speech:
    """Finds speech and pauses by the level relative to the speaker's own, and by voicing: a voiced frame is no
    pause.
    """
    level = frames.level_db
    if level.max() <= SILENCE_DB:
        return Speech(np.zeros(len(level), dtype=bool), 0.0, 0.0, (), SILENCE_DB, 0.0)
    speech_level = float(np.quantile(level[level > level.max() - 2 * _SPEECH_DEPTH_DB], 0.95))
    noise_level = _background(level, pitch.voiced)
    threshold = max(speech_level - _SPEECH_DEPTH_DB, min(noise_level + _ABOVE_NOISE_DB, speech_level - _NEAREST_DB))
    voiced = pitch.voiced & (level > threshold - _NEAREST_DB)
    active = _drop_clicks((level > threshold) | voiced, pitch.voiced)
    runs = true_runs(active)
    if not runs:
        return Speech(active, 0.0, 0.0, (), speech_level, 0.0)
    gaps = ((a[1] * HOP_S, b[0] * HOP_S) for a, b in pairwise(runs))
    pauses = tuple(Pause(start, end) for start, end in gaps if end - start >= MIN_PAUSE_S - HOP_S / 2)
    # Voice over what in it does not repeat is all that is known of the background where nobody is ever silent.
    periodicity = pitch.periodicity[pitch.voiced]
    snr = max(0.0, speech_level - noise_level, harmonics_to_noise_db(periodicity) if periodicity.size else 0.0)
    return Speech(active, runs[0][0] * HOP_S, runs[-1][1] * HOP_S, pauses, speech_level, snr)


def _background(level: DoubleArray, voiced: Mask) -> float:
    """Level of the quietest tenth of the unvoiced frames, dBFS."""
    unvoiced = level[~voiced]
    return float(np.quantile(unvoiced, 0.1)) if unvoiced.size else float(level.min())


def _drop_clicks(active: Mask, voiced: Mask) -> Mask:
    kept = active.copy()
    for start, end in true_runs(active):
        if (end - start) * HOP_S < _MIN_SOUND_S and not voiced[start:end].any():
            kept[start:end] = False
    return kept
