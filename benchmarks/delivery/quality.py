"""Compares jitter, shimmer and the harmonics-to-noise ratio of clips with Praat's."""

from pathlib import Path

import numpy as np

from ser_core.audio import read_clip
from ser_core.dsp.pitch import track_pitch
from ser_core.prosody.voice_quality import voice_quality
from ser_core.records import Clip

_NAMES = ("jitter, %", "shimmer, %", "harmonics to noise, dB")
# Praat's own defaults: the whole sound, periods of 0.1 to 20 ms, and its two "maximum factors".
_WHOLE, _PERIODS_S, _PERIOD_FACTOR, _AMPLITUDE_FACTOR = (0.0, 0.0), (0.0001, 0.02), 1.3, 1.6


def praat(clip: Clip) -> tuple[float, float, float]:
    """Praat's "Get jitter (local)", "Get shimmer (local)" and mean "To Harmonicity (cc)", all voiced frames."""
    import parselmouth  # under the GPL: used only if it happens to be installed
    from parselmouth.praat import call

    sound = parselmouth.Sound(clip.samples.astype(np.float64), clip.rate_hz)
    pulses = call(sound, "To PointProcess (periodic, cc)", 60.0, 600.0)
    jitter = call(pulses, "Get jitter (local)", *_WHOLE, *_PERIODS_S, _PERIOD_FACTOR)
    shimmer = call([sound, pulses], "Get shimmer (local)", *_WHOLE, *_PERIODS_S, _PERIOD_FACTOR, _AMPLITUDE_FACTOR)
    harmonicity = call(sound, "To Harmonicity (cc)", 0.01, 60.0, 0.1, 1.0)
    return 100.0 * jitter, 100.0 * shimmer, call(harmonicity, "Get mean", *_WHOLE)


def compare(paths: list[Path]) -> dict[str, dict[str, float]]:
    """Correlation over the clips, and both medians."""
    rows = []
    for path in paths:
        clip = read_clip(path)
        quality = voice_quality(clip, track_pitch(clip))
        if quality is not None:
            rows.append(((quality.jitter_percent, quality.shimmer_percent, quality.hnr_db), praat(clip)))
    ours, theirs = (np.array([row[side] for row in rows]) for side in (0, 1))
    known = np.isfinite(theirs).all(axis=1)
    ours, theirs = ours[known], theirs[known]
    return {
        name: {
            "clips": len(ours),
            "correlation": float(np.corrcoef(ours[:, i], theirs[:, i])[0, 1]),
            "median of ours": float(np.median(ours[:, i])),
            "median of Praat's": float(np.median(theirs[:, i])),
        }
        for i, name in enumerate(_NAMES)
    }
