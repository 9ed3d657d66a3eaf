"""How loud a clip is, and how much the level of the voice moves."""

import numpy as np

from ser_core.dsp.pitch import PitchContour
from ser_core.prosody.frames import Frames
from ser_core.prosody.pauses import Speech
from ser_core.records import Clip

# Gating block of ITU-R BS.1770-4.
GATE_S = 0.4
_MIN_VOICED_FRAMES = 10


def loudness_lufs(clip: Clip) -> float | None:
    """Integrated loudness in LUFS by ITU-R BS.1770-4 (pyloudnorm); None when the gate removes everything.

    It is the loudness of the recording, not of the voice in the room: it depends on the microphone's gain and
    distance. A clip shorter than the gate's 0.4 s is measured as one block.
    """
    # Imported here because pyloudnorm imports scipy.signal, which takes half a second and 50 MB.
    import pyloudnorm

    if not clip.samples.any():
        return None
    meter = pyloudnorm.Meter(clip.rate_hz, block_size=min(GATE_S, clip.duration_s))
    loudness = float(meter.integrated_loudness(clip.samples.astype(np.float64)))
    return loudness if np.isfinite(loudness) else None


def dynamics_db(frames: Frames, pitch: PitchContour, speech: Speech) -> float | None:
    """Range of the level of voiced speech in dB: 95th minus 10th percentile over its frames.

    Percentiles are used instead of the extremes, so that a single plosive or weak ending does not determine it. None
    with less than 0.1 s of voice.
    """
    level = frames.level_db[pitch.voiced & speech.active]
    if level.size < _MIN_VOICED_FRAMES:
        return None
    low, high = np.quantile(level, [0.10, 0.95])
    return float(high - low)
