"""The error of each value when noise is added to a clip, in units of the smallest difference that advice is given
on.
"""

import numpy as np

from ser_core.audio import read_clip
from ser_core.corpora import Utterance
from ser_core.prosody import MEASURES, measure_prosody
from ser_core.records import Clip

# Level of the speech (its 95th percentile) over the white noise, dB.
_LEVELS_DB = (30, 25, 20, 15, 10, 5)


def errors(utterances: list[Utterance], rng: np.random.Generator) -> dict[str, dict[str, dict[str, float]]]:
    """By noise level and value: the median over the clips, and the mean trust in the value."""
    result: dict[str, dict[str, dict[str, float]]] = {}
    for below_db in _LEVELS_DB:
        off: dict[str, list[float]] = {name: [] for name in MEASURES}
        trust: dict[str, list[float]] = {name: [] for name in MEASURES}
        for u in utterances:
            clip = read_clip(u.path)
            clean = measure_prosody(clip)
            noise = rng.normal(0.0, 10.0 ** ((clean.speech.level_db - below_db) / 20.0), len(clip.samples))
            noisy = measure_prosody(Clip(np.clip(clip.samples + noise, -1.0, 1.0).astype(np.float32), clip.rate_hz))
            for name, info in MEASURES.items():
                before, after = clean.values[name], noisy.values[name]
                if before is not None and after is not None:
                    off[name].append(abs(after - before) / info.noticeable)
                    trust[name].append(noisy.confidence[name])
        result[f"{below_db} dB"] = {
            name: {"off by": float(np.median(off[name])), "trust": float(np.mean(trust[name]))}
            for name in MEASURES
            if off[name]
        }
    return result
